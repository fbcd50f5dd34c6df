nl='
'
forget() {
	[ -s "$folder/used" ] || return 0
	used=$nl
	while IFS= read -r path; do
		used=$used$path$nl
	done <"$folder/used"
	for file in "$folder"/assisted/*; do
		[ -f "$file" ] || continue
		kept=
		while IFS= read -r path; do
			case $used in
			*"$nl$path$nl"*) ;;
			*) kept=$kept$path$nl ;;
			esac
		done <"$file"
		printf '%s' "$kept" >"$file"
	done
	: >"$folder/used"
}
