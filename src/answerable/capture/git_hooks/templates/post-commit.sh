if [ -d "$folder" ] && [ ! -d "$git/rebase-merge" ] && [ ! -d "$git/rebase-apply" ]; then
	start forget || forget 2>/dev/null
fi
exit 0
