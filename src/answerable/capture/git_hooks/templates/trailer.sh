nl='
'
assisted() {
	for file in "$folder"/assisted/*; do
		[ -f "$file" ] && [ ! -d "$git/rebase-merge" ] && [ ! -d "$git/rebase-apply" ] && [ ! -f "$git/MERGE_HEAD" ] &&
			[ ! -f "$git/CHERRY_PICK_HEAD" ] && [ ! -f "$git/REVERT_HEAD" ]
		return
	done
}
look() {
	[ -f "$folder/settings" ] || [ ! -e "$folder/settings" ] || return 1
	{
		git config --get-regexp '^(answerable\.trailer|core\.commentchar)$' || :
		printf 'end\n'
	} >"$folder/settings" 2>/dev/null &
	if [ -e "$folder/large" ]; then
		wait
		grep -qx 'answerable.trailer always' "$folder/settings" || return 1
	fi 2>/dev/null
	said=$nl$(git -c core.quotePath=false diff --cached --name-only --no-renames --no-ext-diff --ignore-submodules=all)$nl
	wait
	comment='#' on=1 end=
	while read -r key value; do
		case $key.$value in
		answerable.trailer.[Ff][Aa][Ll][Ss][Ee] | answerable.trailer.[Nn][Oo] | answerable.trailer.[Oo][Ff][Ff]) on= ;;
		answerable.trailer.0) on= ;;
		end.) end=1 ;;
		answerable.trailer.*) on=1 ;;
		core.commentchar.auto) ;;
		core.commentchar.?) comment=$value ;;
		esac
	done <"$folder/settings"
	[ -n "$on" ] && [ -n "$end" ] || return 1
	trailers='' used=
	for file in "$folder"/assisted/*; do
		value='' hit=
		[ -f "$file" ] || continue
		{
			IFS= read -r value
			while IFS= read -r path; do
				case $said in
				*"$nl$path$nl"*) hit=1 used=$used$path$nl ;;
				esac
			done
		} <"$file"
		[ -n "$hit" ] && [ -n "$value" ] && trailers=${trailers}Assisted-by:\ $value$nl
	done
	[ -n "$trailers" ]
}
read_message() {
	text='' rows=0 block='' first='' words='' comments='' unended=
	while IFS= read -r row || { [ -n "$row" ] && unended=1; }; do
		rows=$((rows + 1))
		text=$text$row$nl
		case ${2-}$rows$row in
		plain1?*)
			words=1
			continue
			;;
		esac
		case $row in
		*'>8 ---'*) comments=1 && break ;;
		"$comment"*) comments=1 ;;
		*[!\ \	]*)
			words=1
			[ -n "$first" ] || block=
			case $row in
			[A-Za-z]*:\ *)
				case ${row%%:*} in
				*[!A-Za-z0-9-]*) block= ;;
				esac
				;;
			[\ \	]*) ;;
			*) block= ;;
			esac
			;;
		*) first=1 block=1 ;;
		esac
		[ "$rows" -lt 200 ] || break
	done <"$1"
}
append() {
	left=$trailers
	while [ -n "$left" ]; do
		trailer=${left%%"$nl"*}
		left=${left#*"$nl"}
		case $nl$text in
		*"$nl$trailer$nl"*) continue ;;
		esac
		if [ -n "$comments" ] || [ "$rows" -ge 200 ]; then
			git interpret-trailers --in-place --no-divider --if-exists addIfDifferent --trailer "$trailer" "$1"
			continue
		fi
		[ -z "$unended" ] || printf '\n'
		[ -n "$block" ] || printf '\n'
		printf '%s\n' "$trailer"
		unended='' block=1
	done >>"$1"
}
