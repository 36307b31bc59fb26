#compdef graft
# Completions of graft for zsh. To have them in every shell:  graft completions zsh >> ~/.zshrc
_graft() {
    local program=${~words[1]} line="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" offer
    local -a offers shown endings
    local -i files=0 directories=0
    for offer in "${(@f)$("$program" complete "$line" 2>/dev/null)}"; do
        case $offer in
        (:directories) directories=1 ;;
        (:files*) files=1; endings=(${=offer#:files}) ;;
        (?*)
            offers+=("${offer%%$'\t'*}")
            shown+=("${offer/$'\t'/  -- }")
            ;;
        esac
    done
    local -i failed=1
    local -a ending
    [[ $offers[1] == *= ]] && ending=(-S '') # a value follows
    (( $#offers )) && compadd $ending -l -d shown -a offers && failed=0
    if (( files || directories )); then
        [[ $PREFIX == --*=* ]] && compset -P 1 '*='
        if (( files )); then
            if (( $#endings )); then _files -g "*(${(j:|:)endings})" && failed=0; else _files && failed=0; fi
        else
            _files -/ && failed=0
        fi
    fi
    return failed
}
if [[ $funcstack[1] == _graft ]]; then
    _graft "$@" # this is the file _graft of a directory of $fpath
elif (( $+functions[compdef] )); then
    compdef _graft graft
else
    # Before compinit, which a .zshrc may call later: wait for the first prompt.
    _graft_register() {
        add-zsh-hook -d precmd _graft_register
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
        compdef _graft graft
    }
    autoload -Uz add-zsh-hook
    add-zsh-hook precmd _graft_register
fi
