import pytest

from answerable.capture.shell import says_that_it_writes

WRITES = [
    "echo x > app.py", "echo x >> src/app.py", "cat > app.py <<'EOF'\nx\nEOF", "echo x | tee app.py",
    "sed -i s/a/b/ app.py", "sed -i.bak -e s/a/b/ src/app.py", "perl -pi -e s/a/b/ app.py", "sed -i s/a/b/ *.py",
    "find . -name '*.py' | xargs sed -i 's/a/b/'", "mv old.py app.py", "cp x app.py", "touch app.py",
    "python3 -c \"open('app.py','w')\"", "python - <<'EOF'\nopen('app.py', 'w').write('')\nEOF",
    "node -e \"fs.writeFileSync('app.py')\"", "npx prettier --write app.py", "black app.py", "ruff format app.py",
    "git checkout -- app.py", "git apply <<'EOF'\n+++ b/app.py\nEOF", "cd src && echo x>app.py", "git restore app.py",
]  # fmt: skip
SILENT = [
    "make", "cat app.py", "pytest app.py", "python app.py", "python -m pytest tests app.py", "git diff app.py",
    "git add app.py && git commit -m x", "grep -i x app.py", "ls app.py > list.txt", "sed s/a/b/ app.py",
    "rg x -g '*.py'",
    "echo x > app.pyc", "wc -l app.py; echo x > other.py", "cat app.py 2> log.txt", "", "sed -i s/a/b/ other.py",
    "test 1 -gt 0 app.py", "python <app.py", "vim-like app.py", "echo 'app.py -> x'",
]  # fmt: skip


@pytest.mark.parametrize("command", WRITES)
def test_a_command_that_says_that_it_writes_a_file(command):
    assert says_that_it_writes(command, "src/app.py")


@pytest.mark.parametrize("command", SILENT)
def test_a_command_that_does_not(command):
    assert not says_that_it_writes(command, "src/app.py")
