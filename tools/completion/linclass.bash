# Completion of linclass(1) for bash. Commands, options and their values are those that the program itself lists.

_linclass_commands()
{
    "$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
    printf '%s\n' help
}

# Of a command; with = where a value follows.
_linclass_options()
{
    "$1" "$2" --help 2>/dev/null | grep -oE '^ +(-., )?--[^ ]+(, --[^ ]+)*' | grep -oE -e '--[a-z0-9-]+=?'
}

# The words that an option takes, where it takes no others: the program lists them when it refuses one.
_linclass_values()
{
    "$1" "$2" "$3=?" 2>&1 </dev/null | sed -n 's/.*is not one of: //p' | tr -d ,
}

_linclass()
{
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]} option= words=
    COMPREPLY=()
    if ((COMP_CWORD == 1)) || { ((COMP_CWORD == 2)) && [[ $command == help ]]; }; then
        words=$(_linclass_commands "$program")
        ((COMP_CWORD == 1)) && words+=' --help --usage --version'
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        return
    fi
    # --option=value is three words where = separates words.
    if [[ $word == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]}
        word=
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == --* && $word != -* ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]}
    fi
    if [[ -z $option && $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_linclass_options "$program" "$command")" -- "$word")
        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
        return
    fi
    [[ -n $option ]] && words=$(_linclass_values "$program" "$command" "$option")
    if [[ -n $words ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}

complete -F _linclass linclass
