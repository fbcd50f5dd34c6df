if [ -d "$folder" ] && [ ! -d "$git/rebase-merge" ] && [ ! -d "$git/rebase-apply" ]; then
	[ ! -s "$folder/used" ] || forget 2>/dev/null
	start
fi
exit 0
