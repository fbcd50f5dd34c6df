nl='
'
assisted() {
	for file in "$folder"/assisted/*; do
		[ -f "$file" ] && [ ! -d "$git/rebase-merge" ] && [ ! -d "$git/rebase-apply" ] && [ ! -f "$git/MERGE_HEAD" ] &&
			[ ! -f "$git/CHERRY_PICK_HEAD" ] && [ ! -f "$git/REVERT_HEAD" ]
		return
	done
}
kept() {
	[ -z "${GIT_CONFIG_PARAMETERS-}${GIT_CONFIG_COUNT-}${GIT_CONFIG_SYSTEM-}" ] && [ ! -e "$git/config.worktree" ] &&
		[ "$folder/settings" -nt "$common/config" ] || return 1
	for file in "${GIT_CONFIG_GLOBAL:-$HOME/.gitconfig}" "${XDG_CONFIG_HOME:-$HOME/.config}/git/config" /etc/gitconfig; do
		[ ! -e "$file" ] || [ "$folder/settings" -nt "$file" ] || return 1
	done
	while read -r key _; do
		case $key in
		include*) return 1 ;;
		end) return ;;
		esac
	done <"$folder/settings"
	return 1
}
settings() {
	[ -f "$folder/settings" ] && kept && return
	[ -f "$folder/settings" ] || [ ! -e "$folder/settings" ] || return 1
	{
		[ -z "${GIT_CONFIG_PARAMETERS-}${GIT_CONFIG_COUNT-}${GIT_CONFIG_SYSTEM-}" ] || printf 'include for this command\n'
		git config --get-regexp '^(answerable\.trailer|core\.commentchar|include(if)?\..*)$' || :
		printf 'end\n'
	} >"$folder/settings"
}
look() {
	settings || return 1
	comment='#' on=1 end=
	[ ! -e "$folder/large" ] || on=
	while read -r key value; do
		case $key.$value in
		answerable.trailer.[Ff][Aa][Ll][Ss][Ee] | answerable.trailer.[Nn][Oo] | answerable.trailer.[Oo][Ff][Ff]) on= ;;
		answerable.trailer.0) on= ;;
		end.) end=1 ;;
		answerable.trailer.always) on=1 ;;
		answerable.trailer.*) [ -e "$folder/large" ] || on=1 ;;
		core.commentchar.auto) ;;
		core.commentchar.?) comment=$value ;;
		esac
	done <"$folder/settings"
	[ -n "$on" ] && [ -n "$end" ] || return 1
	said=$nl$(git -c core.quotePath=false diff --cached --name-only --no-renames --no-ext-diff --ignore-submodules=all)$nl
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
	scissors='>8 ---'
	if [ "${GIT_EDITOR-}" = : ]; then
		comment=$nl scissors=$nl
	fi
	text='' rows=0 block='' first='' words='' comments='' unended=
	while IFS= read -r row || { [ -n "$row" ] && unended=1; }; do
		rows=$((rows + 1))
		text=$text$row$nl
		case $row in
		*"$scissors"*) comments=1 && break ;;
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
