# Completions of graft for fish:  graft completions fish > ~/.config/fish/completions/graft.fish
function __graft_complete
    set -l program (commandline -opc)[1]
    set -l word (commandline -ct)
    set -l head (string match -r -- '^--[^=]+=' $word) # --out=
    set -l value (string replace -r -- '^--[^=]+=' '' $word)
    for offer in ($program complete (commandline -cp | string collect) 2>/dev/null)
        switch $offer
            case ':directories'
                printf '%s\n' "$head"(__fish_complete_directories $value)
            case ':files'
                printf '%s\n' "$head"(__fish_complete_path $value)
            case ':files *'
                for ending in (string split -n ' ' -- (string replace ':files' '' -- $offer))
                    printf '%s\n' "$head"(__fish_complete_suffix $value $ending)
                end
            case '*'
                printf '%s\n' $offer
        end
    end
end
complete -c graft -f -a '(__graft_complete)'
