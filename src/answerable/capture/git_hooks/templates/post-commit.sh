if [ -d "$folder" ] && [ ! -d "$git/rebase-merge" ] && [ ! -d "$git/rebase-apply" ]; then
	start
fi
exit 0
