# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_crm_bridge_global_optspecs
    string join \n json v/verbose q/quiet color= lang= show-pii log-format= log-file= h/help V/version
end

function __fish_crm_bridge_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_crm_bridge_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_crm_bridge_using_subcommand
    set -l cmd (__fish_crm_bridge_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l log-format -d 'Form of the log on stderr and in the file' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "serve-mock" -d 'Run a receiver for development and CI: strict as the document, or odd as a deployed one'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "config" -d 'Show the settings in use and where each came from'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "init" -d 'Write a commented crm-bridge.toml'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "man" -d 'Print a manual page, or write all of them'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "test" -d 'Find out whether the integration works, and if not, why'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l listen -d 'Where to listen; port 0 takes a free one' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l profile -d 'What it is like: the document to the letter, or a deployed App Comercial with its oddities' -r -f -a "strict\t'The document to the letter'
jcc\t'A deployed App Comercial, as measured'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l quirk -d 'Adds oddities by name (see --quirks)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l without-quirk -d 'Takes oddities out of the profile' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l db -d 'Keeps presencias, clientes and ventas in this SQLite file instead of memory' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l record -d 'Records every request as NDJSON, tokens masked; `replay` sends them again' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l token-file -d 'File with the token that senders must show [default: `CRM_WEBHOOK_TOKEN`, else one is made up and printed]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l fault -d 'What goes wrong: 503:10%, \'429:5%;retry-after=2\', delay:p50=80ms,p99=2s, reset:1%, timeout:0.5%, truncate:1%, garbage:1%, slow-body:1%, html:1%; options: n=3-5, from=5s, until=10s, id=CRM-1*, after. Repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l fault-script -d 'TOML file of faults: by number of the request, window of time, pattern of the id' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l seed -d 'Seeds the faults: the same seed gives the same ones' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l expect -d 'Ends with 0 once this many distinct presencias have arrived, with 1 after --within' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l within -d 'How long to wait [default with --expect: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l verify -d 'Payloads that must arrive, as NDJSON (such as of --dry-run --json): ends with 1 where one is missing or another one came' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l cert-out -d 'Writes that certificate to a file, for clients to trust' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l cert -d 'Serves HTTPS with this certificate chain (PEM)' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l key -d 'The certificate\'s private key (PEM)' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l keep -d 'Requests in the list; of their bodies 64 MiB are kept at most' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l max-presencias -d 'Distinct presencias in memory; one more answers 507' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l max-connections -d 'Connections open at once' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l admin-token-file -d 'File with a token for the admin side and the inspector, which then answer beyond loopback too' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l known-ids -d 'Greatest number that is a known lote or adviser; greater ones are unknown' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l log-format -d 'Form of the log on stderr and in the file' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l quirks -d 'Lists the oddities and ends'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l tls -d 'Serves HTTPS with a certificate made on the spot'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l log-format -d 'Form of the log on stderr and in the file' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l static -d 'Print a script that knows commands and flags, but not the runs and profiles of this place'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l log-format -d 'Form of the log on stderr and in the file' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -f -a "show" -d 'Print each setting, its value and where it came from; secrets are masked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l url -d 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l token-file -d 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l profile -d 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Config file, instead of crm-bridge.toml here or above and the user\'s own [env: CRM_BRIDGE_CONFIG]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'For a whole attempt, from connecting to the last byte [default: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l connect-timeout -d 'For the TCP and TLS handshakes [default: 5s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l cacert -d 'A further certificate authority, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l client-cert -d 'Client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l client-key -d 'Key of the client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l proxy -d 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l log-format -d 'Form of the log on stderr and in the file' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l allow-http -d 'Send the token in clear text to a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print each setting, its value and where it came from; secrets are masked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l log-format -d 'Form of the log on stderr and in the file' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l force -d 'Replace the file where there is one'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l print -d 'Print the file instead of writing it'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l out -d 'Write every page into this folder instead' -r -f -a "(__fish_complete_directories)"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l log-format -d 'Form of the log on stderr and in the file' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l via-crm -d 'Ask the CRM at this address to send one test webhook itself' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l crm-token-file -d 'A file that holds the Bearer of the CRM\'s test endpoint [env: CRM_API_TOKEN is the Bearer itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l watch -d 'Repeat, and show what changes, such as 30s; until Ctrl-C' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l url -d 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l token-file -d 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l profile -d 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l config -d 'Config file, instead of crm-bridge.toml here or above and the user\'s own [env: CRM_BRIDGE_CONFIG]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l timeout -d 'For a whole attempt, from connecting to the last byte [default: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l connect-timeout -d 'For the TCP and TLS handshakes [default: 5s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l cacert -d 'A further certificate authority, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l client-cert -d 'Client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l client-key -d 'Key of the client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l proxy -d 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l log-format -d 'Form of the log on stderr and in the file' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l write -d 'Send a TEST-… presencia twice and check that the receiver keeps one'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -s y -l yes -d 'Don\'t ask before writing; needed off a terminal for a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l allow-http -d 'Send the token in clear text to a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from serve-mock completions config init man test help" -f -a "serve-mock" -d 'Run a receiver for development and CI: strict as the document, or odd as a deployed one'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from serve-mock completions config init man test help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from serve-mock completions config init man test help" -f -a "config" -d 'Show the settings in use and where each came from'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from serve-mock completions config init man test help" -f -a "init" -d 'Write a commented crm-bridge.toml'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from serve-mock completions config init man test help" -f -a "man" -d 'Print a manual page, or write all of them'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from serve-mock completions config init man test help" -f -a "test" -d 'Find out whether the integration works, and if not, why'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from serve-mock completions config init man test help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Print each setting, its value and where it came from; secrets are masked'
