# Completion of linclass(1) for fish. Commands, options and their values are those that the program itself lists.

function __linclass_commands
    linclass --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
    printf 'help\tdescribe a command\n'
end

function __linclass_command
    set -l words (commandline -opc)
    echo $words[2]
end

# Of the command; with = where a value follows.
function __linclass_options
    linclass (__linclass_command) --help 2>/dev/null | grep -oE '^ +(-., )?--[^ ]+(, --[^ ]+)*' | grep -oE -e '--[a-z0-9-]+=?'
end

# The words that the option before takes, where it takes no others: the program lists them when it refuses one.
function __linclass_values
    set -l word (commandline -ct)
    set -l option (commandline -opc)[-1]
    set -l before
    if string match -q -- '--*=*' $word
        set option (string split -m 1 = -- $word)[1]
        set before $option=
    end
    string match -q -- '--*' $option
    or return
    linclass (__linclass_command) "$option=?" 2>&1 </dev/null | sed -n 's/.*is not one of: //p' | tr -d , | tr ' ' '\n' | sed "s/^/$before/"
end

complete -c linclass -n __fish_use_subcommand -f -a '(__linclass_commands)'
complete -c linclass -n '__fish_seen_subcommand_from help' -f -a '(__linclass_commands)'
complete -c linclass -n 'not __fish_use_subcommand; and string match -qr -- "^-[^=]*\$" (commandline -ct)' -f -a '(__linclass_options)'
complete -c linclass -n 'not __fish_use_subcommand' -a '(__linclass_values)'
