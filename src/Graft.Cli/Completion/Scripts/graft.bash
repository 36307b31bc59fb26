# Completions of graft for bash. To have them in every shell:  graft completions bash >> ~/.bashrc
_graft() {
    local program=${1/#\~/$HOME} typed=$2 line=${COMP_LINE:0:COMP_POINT} quoted= whole head offer ending
    [[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]] && quoted=1
    whole=${line##*[[:space:]]}
    head=${whole%"$typed"} # bash replaces what follows the last '=' or ':' only
    COMPREPLY=()
    while IFS= read -r offer; do
        case $offer in
        :directories)
            compopt -o filenames -o dirnames 2>/dev/null
            while IFS= read -r offer; do COMPREPLY+=("$offer"); done < <(compgen -d -- "$typed")
            ;;
        :files*)
            compopt -o filenames -o default 2>/dev/null
            for ending in ${offer#:files}; do
                while IFS= read -r offer; do COMPREPLY+=("$offer"); done < <(compgen -f -X "!*$ending" -- "$typed")
            done
            ((${#COMPREPLY[@]})) && while IFS= read -r offer; do COMPREPLY+=("$offer"); done < <(compgen -d -- "$typed")
            ;;
        *)
            offer=${offer%%$'\t'*} # without its description
            if [[ ! $quoted ]]; then
                printf -v offer %q "$offer"
                offer=${offer//\\,/,}
            fi
            COMPREPLY+=("${offer#"$head"}")
            ;;
        esac
    done < <("$program" complete "$line" 2>/dev/null)
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null # a value follows
}
complete -F _graft graft
