git=${GIT_DIR:-.git}
if [ -f "$git" ]; then
	{ IFS= read -r git <"$git"; } 2>/dev/null
	git=${git#gitdir: }
fi
git=${git%/}
common=$git name=main
if [ -f "$git/commondir" ]; then
	{ IFS= read -r common <"$git/commondir"; } 2>/dev/null
	case $common in
	/*) ;;
	*) common=$git/$common ;;
	esac
	name=${git##*/}
	[ "$name" != main ] || name=main.worktree
fi
folder=$common/answerable/capture/$name
