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
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "send" -d 'Send one presencia from flags, or records or payloads from JSON'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "test" -d 'Find out whether the integration works, and if not, why'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "validate" -d 'Check exports or payloads without a network: what would be sent, and what must be fixed'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "replay-csv" -d 'Map, validate and deliver every event of CRM exports; resumable'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "replay" -d 'Send recorded requests again, byte for byte'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "runs" -d 'Look at recorded runs, go on with them, send dead letters again, export receipts'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "map" -d 'Show which column of an export feeds which field, and save that as a mapping file'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "serve-mock" -d 'Run a receiver for development and CI: strict as the document, or odd as a deployed one'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "relay" -d 'Take the CRM\'s webhooks, answer at once, deliver with retries; nothing is lost'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "worker" -d 'Deliver from a JetStream queue; as many as you like, on as many machines'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "config" -d 'Show the settings in use and where each came from'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "init" -d 'Write a commented crm-bridge.toml'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "man" -d 'Print a manual page, or write all of them'
complete -c crm-bridge -n "__fish_crm_bridge_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l id -d 'Id of the cita in the CRM (12 or CRM-12)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l nombre -d 'Full name of the client' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l celular -d 'Celular: 9 digits that begin with 9' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l tipo-documento -d 'Kind of document: DNI, RUC, CE, Pasaporte, Otro' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l documento -d 'Document; the celular stands in where there is none' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l email -d 'E-mail' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l distrito -d 'District' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l fecha-hora -d 'When the visit took place, such as \'15/01/2024 14:30\'' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l proyecto -d 'Project of interest' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l medio -d 'Where the lead came from, such as OPC or Facebook' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l lugar -d 'Place of the visit' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l observaciones -d 'Notes' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l file -d 'Records or payloads, as JSON or NDJSON; - is stdin' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l unset -d 'Take a field out of the payload, such as cliente.email_principal; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l venta -d 'Add the venta that this JSON file holds' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l mapping -d 'Mapping file (TOML); see `crm-bridge map`' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l map -d 'Let a column feed a field, such as lead.celular=WhatsApp; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l set -d 'Set a field of the payload, such as proyecto_interes=\'OASIS 1 (HUACHO 1)\'; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l id-template -d 'Make the id of other columns, such as \'LEAD-{ID}\'; it must be the same in the next export' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l trigger -d 'Which records are events [default: realizada,ya-asistio]' -r -f -a "realizada\t''
ya-asistio\t''
manual\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l encoding -d 'Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l delimiter -d 'Separator of the cells: ; , | or tab [default: found out]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l date-order -d 'Order of day and month in dates [default: found out, day first where nothing tells]' -r -f -a "auto\t''
dmy\t''
mdy\t''
ymd\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l sale-date-order -d 'The same in the dates of sales, where they are written otherwise [default: as --date-order, or found out]' -r -f -a "dmy\t''
mdy\t''
ymd\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l timezone -d 'Time zone of dates that name none [default: America/Lima]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l sheet -d 'Sheet of a workbook [default: the first one]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l ignore -d 'Ignore a rule by its code, such as A05; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l retries -d 'Further attempts after the first [default: 4]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l max-wait -d 'The longest Retry-After that is waited for [default: 5m]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l rate -d 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l jobs -d 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l order -d 'Order of the deliveries [default: auto]' -r -f -a "auto\t''
file\t''
id\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l id-terminator -d 'Append this to each id, which makes the receiver\'s look-up exact (`]`)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l max-failures -d 'Stop after this many failures, or this share of the deliveries' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l queue -d 'Publish to this JetStream server instead of delivering' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l url -d 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l token-file -d 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l profile -d 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l config -d 'Config file, instead of crm-bridge.toml here or above and the user\'s own [env: CRM_BRIDGE_CONFIG]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l timeout -d 'For a whole attempt, from connecting to the last byte [default: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l connect-timeout -d 'For the TCP and TLS handshakes [default: 5s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l cacert -d 'A further certificate authority, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l client-cert -d 'Client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l client-key -d 'Key of the client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l proxy -d 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l edit -d 'Edit the payload in $EDITOR before it is sent'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l strict -d 'Treat warnings as errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l accept-suggestions -d 'Use columns that only look like the field'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l pad-dni -d 'Add the zeros that a spreadsheet took from a DNI'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l all-or-nothing -d 'Send nothing while one event is invalid'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l force -d 'Send what was already delivered all the same'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l dry-run -d 'Print the payloads that would be sent; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l curl -d 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -s y -l yes -d 'Don\'t ask before writing; needed off a terminal for a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l allow-http -d 'Send the token in clear text to a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand send" -s V -l version -d 'Print version'
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
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand test" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
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
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l out -d 'Write failed.csv and the reports here' -r -f -a "(__fish_complete_directories)"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l format -d 'Print findings in the form of another tool' -r -f -a "github\t'Annotations of GitHub workflows'
junit\t'`JUnit` XML'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l explain -d 'Show one row of one file from its cells to the payload, numbered as a spreadsheet does' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l mapping -d 'Mapping file (TOML); see `crm-bridge map`' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l map -d 'Let a column feed a field, such as lead.celular=WhatsApp; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l set -d 'Set a field of the payload, such as proyecto_interes=\'OASIS 1 (HUACHO 1)\'; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l id-template -d 'Make the id of other columns, such as \'LEAD-{ID}\'; it must be the same in the next export' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l trigger -d 'Which records are events [default: realizada,ya-asistio]' -r -f -a "realizada\t''
ya-asistio\t''
manual\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l encoding -d 'Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l delimiter -d 'Separator of the cells: ; , | or tab [default: found out]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l date-order -d 'Order of day and month in dates [default: found out, day first where nothing tells]' -r -f -a "auto\t''
dmy\t''
mdy\t''
ymd\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l sale-date-order -d 'The same in the dates of sales, where they are written otherwise [default: as --date-order, or found out]' -r -f -a "dmy\t''
mdy\t''
ymd\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l timezone -d 'Time zone of dates that name none [default: America/Lima]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l sheet -d 'Sheet of a workbook [default: the first one]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l ignore -d 'Ignore a rule by its code, such as A05; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l allow-empty -d 'It is no failure when the files hold no event'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l strict -d 'Treat warnings as errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l accept-suggestions -d 'Use columns that only look like the field'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l pad-dni -d 'Add the zeros that a spreadsheet took from a DNI'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand validate" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l out -d 'Write failed.csv, unprocessed.csv and the reports here [default: failed.csv and unprocessed.csv, in this folder]' -r -f -a "(__fish_complete_directories)"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l mapping -d 'Mapping file (TOML); see `crm-bridge map`' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l map -d 'Let a column feed a field, such as lead.celular=WhatsApp; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l set -d 'Set a field of the payload, such as proyecto_interes=\'OASIS 1 (HUACHO 1)\'; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l id-template -d 'Make the id of other columns, such as \'LEAD-{ID}\'; it must be the same in the next export' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l trigger -d 'Which records are events [default: realizada,ya-asistio]' -r -f -a "realizada\t''
ya-asistio\t''
manual\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l encoding -d 'Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l delimiter -d 'Separator of the cells: ; , | or tab [default: found out]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l date-order -d 'Order of day and month in dates [default: found out, day first where nothing tells]' -r -f -a "auto\t''
dmy\t''
mdy\t''
ymd\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l sale-date-order -d 'The same in the dates of sales, where they are written otherwise [default: as --date-order, or found out]' -r -f -a "dmy\t''
mdy\t''
ymd\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l timezone -d 'Time zone of dates that name none [default: America/Lima]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l sheet -d 'Sheet of a workbook [default: the first one]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l ignore -d 'Ignore a rule by its code, such as A05; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l only -d 'Only the events with these ids (CRM-12 or 12); repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l since -d 'Only visits on or after this day' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l until -d 'Only visits on or before this day' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l sample -d 'Only the first N events' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l retries -d 'Further attempts after the first [default: 4]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l max-wait -d 'The longest Retry-After that is waited for [default: 5m]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l rate -d 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l jobs -d 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l order -d 'Order of the deliveries [default: auto]' -r -f -a "auto\t''
file\t''
id\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l id-terminator -d 'Append this to each id, which makes the receiver\'s look-up exact (`]`)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l max-failures -d 'Stop after this many failures, or this share of the deliveries' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l queue -d 'Publish to this JetStream server instead of delivering' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l url -d 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l token-file -d 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l profile -d 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l config -d 'Config file, instead of crm-bridge.toml here or above and the user\'s own [env: CRM_BRIDGE_CONFIG]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l timeout -d 'For a whole attempt, from connecting to the last byte [default: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l connect-timeout -d 'For the TCP and TLS handshakes [default: 5s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l cacert -d 'A further certificate authority, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l client-cert -d 'Client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l client-key -d 'Key of the client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l proxy -d 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l queue-credentials -d 'A file with user:password, with a token, or a NATS .creds file, for the queue' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l queue-replicas -d 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l queue-max-age -d 'How long the queue keeps a delivery, taken or not, at least [default: 7d]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l mock -d 'Send to a receiver inside this process: nothing to configure, nothing leaves the machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l allow-empty -d 'It is no failure when the files hold no event'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l strict -d 'Treat warnings as errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l accept-suggestions -d 'Use columns that only look like the field'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l pad-dni -d 'Add the zeros that a spreadsheet took from a DNI'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l all-or-nothing -d 'Send nothing while one event is invalid'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l force -d 'Send what was already delivered all the same'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l dry-run -d 'Print the payloads that would be sent; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l curl -d 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -s y -l yes -d 'Don\'t ask before writing; needed off a terminal for a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l allow-http -d 'Send the token in clear text to a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay-csv" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l only -d 'Only the requests with these ids (CRM-12 or 12); repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l retries -d 'Further attempts after the first [default: 4]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l max-wait -d 'The longest Retry-After that is waited for [default: 5m]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l rate -d 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l jobs -d 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l order -d 'Order of the deliveries [default: auto]' -r -f -a "auto\t''
file\t''
id\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l id-terminator -d 'Append this to each id, which makes the receiver\'s look-up exact (`]`)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l max-failures -d 'Stop after this many failures, or this share of the deliveries' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l queue -d 'Publish to this JetStream server instead of delivering' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l url -d 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l token-file -d 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l profile -d 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l config -d 'Config file, instead of crm-bridge.toml here or above and the user\'s own [env: CRM_BRIDGE_CONFIG]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l timeout -d 'For a whole attempt, from connecting to the last byte [default: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l connect-timeout -d 'For the TCP and TLS handshakes [default: 5s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l cacert -d 'A further certificate authority, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l client-cert -d 'Client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l client-key -d 'Key of the client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l proxy -d 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l remap -d 'Write each payload anew, as this program would have sent it, instead of byte for byte'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l allow-empty -d 'It is no failure when the file holds no request'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l all-or-nothing -d 'Send nothing while one event is invalid'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l force -d 'Send what was already delivered all the same'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l dry-run -d 'Print the payloads that would be sent; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l curl -d 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -s y -l yes -d 'Don\'t ask before writing; needed off a terminal for a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l allow-http -d 'Send the token in clear text to a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand replay" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -f -a "list" -d 'List the runs on record, the newest first'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -f -a "show" -d 'Show one run: what was sent, what was not and why, and what to do next'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -f -a "resume" -d 'Go on with a run that stopped: only what is left is sent'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -f -a "redrive" -d 'Send the failed rows of a run again'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -f -a "settle" -d 'Say what became of a venta that is in doubt'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -f -a "verify" -d 'Ask the receiver what it holds, and compare it with the receipts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -f -a "export" -d 'Write the receipts of a run: CSV, or NDJSON with --json'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and not __fish_seen_subcommand_from list show resume redrive settle verify export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l limit -d 'Show at most so many' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l queue -d 'The dead letters of this JetStream server, instead of a run of the journal' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l queue-credentials -d 'A file with user:password, with a token, or a NATS .creds file, for the queue' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l queue-replicas -d 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l queue-max-age -d 'How long the queue keeps a delivery, taken or not, at least [default: 7d]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l queue -d 'The dead letters of this JetStream server, instead of a run of the journal' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l queue-credentials -d 'A file with user:password, with a token, or a NATS .creds file, for the queue' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l queue-replicas -d 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l queue-max-age -d 'How long the queue keeps a delivery, taken or not, at least [default: 7d]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -s y -l yes -d 'Don\'t ask before writing; needed off a terminal for a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from resume" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l retries -d 'Further attempts after the first [default: 4]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l max-wait -d 'The longest Retry-After that is waited for [default: 5m]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l rate -d 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l jobs -d 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l order -d 'Order of the deliveries [default: auto]' -r -f -a "auto\t''
file\t''
id\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l id-terminator -d 'Append this to each id, which makes the receiver\'s look-up exact (`]`)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l max-failures -d 'Stop after this many failures, or this share of the deliveries' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l queue -d 'Publish to this JetStream server instead of delivering' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l url -d 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l token-file -d 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l profile -d 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l config -d 'Config file, instead of crm-bridge.toml here or above and the user\'s own [env: CRM_BRIDGE_CONFIG]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l timeout -d 'For a whole attempt, from connecting to the last byte [default: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l connect-timeout -d 'For the TCP and TLS handshakes [default: 5s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l cacert -d 'A further certificate authority, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l client-cert -d 'Client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l client-key -d 'Key of the client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l proxy -d 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l queue-credentials -d 'A file with user:password, with a token, or a NATS .creds file, for the queue' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l queue-replicas -d 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l queue-max-age -d 'How long the queue keeps a delivery, taken or not, at least [default: 7d]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l rejected -d 'Also the rows whose data the receiver rejected'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l all-or-nothing -d 'Send nothing while one event is invalid'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l force -d 'Send what was already delivered all the same'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l dry-run -d 'Print the payloads that would be sent; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l curl -d 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -s y -l yes -d 'Don\'t ask before writing; needed off a terminal for a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l allow-http -d 'Send the token in clear text to a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from redrive" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l file -d 'Number of the input file, where several have this row; 0 is the first' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l queue -d 'The dead letters of this JetStream server, instead of a run of the journal' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l queue-credentials -d 'A file with user:password, with a token, or a NATS .creds file, for the queue' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l queue-replicas -d 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l queue-max-age -d 'How long the queue keeps a delivery, taken or not, at least [default: 7d]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l delivered -d 'The venta is in the App Comercial'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l not-delivered -d 'The venta is not in the App Comercial: `runs redrive` sends it, with --queue a worker does'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from settle" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -l verify-url -d 'Where the receiver lists its presencias [default: verify_url of the settings, else its admin side]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the runs on record, the newest first'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one run: what was sent, what was not and why, and what to do next'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Go on with a run that stopped: only what is left is sent'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "redrive" -d 'Send the failed rows of a run again'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "settle" -d 'Say what became of a venta that is in doubt'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Ask the receiver what it holds, and compare it with the receipts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write the receipts of a run: CSV, or NDJSON with --json'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l write -d 'Save the columns as a mapping file' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l mapping -d 'Mapping file (TOML); see `crm-bridge map`' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l map -d 'Let a column feed a field, such as lead.celular=WhatsApp; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l set -d 'Set a field of the payload, such as proyecto_interes=\'OASIS 1 (HUACHO 1)\'; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l id-template -d 'Make the id of other columns, such as \'LEAD-{ID}\'; it must be the same in the next export' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l trigger -d 'Which records are events [default: realizada,ya-asistio]' -r -f -a "realizada\t''
ya-asistio\t''
manual\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l encoding -d 'Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l delimiter -d 'Separator of the cells: ; , | or tab [default: found out]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l date-order -d 'Order of day and month in dates [default: found out, day first where nothing tells]' -r -f -a "auto\t''
dmy\t''
mdy\t''
ymd\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l sale-date-order -d 'The same in the dates of sales, where they are written otherwise [default: as --date-order, or found out]' -r -f -a "dmy\t''
mdy\t''
ymd\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l timezone -d 'Time zone of dates that name none [default: America/Lima]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l sheet -d 'Sheet of a workbook [default: the first one]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l ignore -d 'Ignore a rule by its code, such as A05; repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l show -d 'Print the built-in mapping as a mapping file'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l force -d 'Replace the file that --write names, where it exists'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l strict -d 'Treat warnings as errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l accept-suggestions -d 'Use columns that only look like the field'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l pad-dni -d 'Add the zeros that a spreadsheet took from a DNI'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand map" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l listen -d 'Where to listen; port 0 takes a free one' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l profile -d 'What it is like: the document to the letter, or a deployed App Comercial with its oddities' -r -f -a "strict\t'The document to the letter'
jcc\t'A deployed App Comercial, as measured'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l quirk -d 'Adds oddities by name (see --quirks)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l without-quirk -d 'Takes oddities out of the profile' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l db -d 'Keeps presencias, clientes and ventas in this SQLite file instead of memory' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l record -d 'Records every request as NDJSON, tokens masked; `replay` sends them again' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l token-file -d 'File with the token that senders must show [default: `CRM_WEBHOOK_TOKEN`, else one is made up and printed]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l fault -d 'What goes wrong: 503:10%, \'429:5%;retry-after=2\', delay:p50=80ms,p99=2s, reset:1%, timeout:0.5%, truncate:1%, garbage:1%, slow-body:1%, html:1%; options: n=3-5, from=5s, until=10s, id=CRM-1*, after (first the presencia is saved, then it goes wrong) or before (nothing is saved; truncate, garbage, slow-body and html come after by themselves). Repeatable' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l fault-script -d 'TOML file of faults: by number of the request, window of time, pattern of the id' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l seed -d 'Seeds the faults: for the same seed a share strikes the same sends of the same ids, in whatever order requests arrive; n=, from= and until= go by arrival' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l expect -d 'Ends with 0 once at least this many distinct presencias have arrived, with 1 after --within. 0: none may arrive, for as long as --within says' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l within -d 'How long to wait for --expect or --verify [default with --expect: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l verify -d 'Payloads that must arrive, as JSON (one a line, several lines each, an array, or of --dry-run --json): ends with 1 where one is missing, came with other content, or another one came or was refused. Waits for --within, else for a signal' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l settle -d 'Ends only when no request came for this long after everything has arrived, so that repeats and stragglers are still answered (five times this at most); afterwards connections are refused' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l cert-out -d 'Writes that certificate to a file, for clients to trust' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l cert -d 'Serves HTTPS with this certificate chain (PEM)' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l key -d 'The certificate\'s private key (PEM)' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l keep -d 'Requests in the list; they hold 32 MiB at most, and a kilobyte more for each one above the default' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l max-presencias -d 'Distinct presencias in memory; one more answers 507' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l max-connections -d 'Connections open at once' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l admin-token-file -d 'File with a token for the admin side and the inspector, which then answer beyond loopback too' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l known-ids -d 'Greatest number that is a known lote or adviser; greater ones are unknown' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l quirks -d 'Lists the oddities and ends'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l fail-on-refused -d 'Ends with 1 where a request was refused by the rules (400, 401, 404, 409, 415 …), whatever else arrived; injected faults don\'t count. --verify does so by itself'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l allow-refused -d 'Refused requests don\'t make --verify end with 1'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l tls -d 'Serves HTTPS with a certificate made on the spot'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand serve-mock" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l listen -d 'Where to listen; port 0 takes a free one' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l answer -d 'Status of the answer to a webhook that was stored; the live CRM takes 200 alone for success' -r -f -a "200\t'OK'
202\t'Accepted'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l source-rate -d 'Webhooks a second, minute or hour that one source may send, such as 50/s [default: unlimited]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l max-queue -d 'Webhooks that may wait at once; one more is answered 503 [default: 1000000]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l max-body -d 'Longest body, in bytes; a longer one is answered 413' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l max-connections -d 'Connections open at once' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l cert -d 'Serves HTTPS with this certificate chain (PEM)' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l key -d 'The certificate\'s private key (PEM)' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l journal -d 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user\'s state folder]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l retries -d 'Further attempts after the first [default: 4]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l max-wait -d 'The longest Retry-After that is waited for [default: 5m]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l rate -d 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l jobs -d 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l order -d 'Order of the deliveries [default: auto]' -r -f -a "auto\t''
file\t''
id\t''"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l id-terminator -d 'Append this to each id, which makes the receiver\'s look-up exact (`]`)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l max-failures -d 'Stop after this many failures, or this share of the deliveries' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l queue -d 'Publish to this JetStream server instead of delivering' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l url -d 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l token-file -d 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l profile -d 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l config -d 'Config file, instead of crm-bridge.toml here or above and the user\'s own [env: CRM_BRIDGE_CONFIG]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l timeout -d 'For a whole attempt, from connecting to the last byte [default: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l connect-timeout -d 'For the TCP and TLS handshakes [default: 5s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l cacert -d 'A further certificate authority, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l client-cert -d 'Client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l client-key -d 'Key of the client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l proxy -d 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l queue-credentials -d 'A file with user:password, with a token, or a NATS .creds file, for the queue' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l queue-replicas -d 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l queue-max-age -d 'How long the queue keeps a delivery, taken or not, at least [default: 7d]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l all-or-nothing -d 'Send nothing while one event is invalid'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l force -d 'Send what was already delivered all the same'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l dry-run -d 'Print the payloads that would be sent; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l curl -d 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -s y -l yes -d 'Don\'t ask before writing; needed off a terminal for a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l allow-http -d 'Send the token in clear text to a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand relay" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l queue -d 'JetStream server to take deliveries from, such as nats://127.0.0.1:4222 [env: CRM_BRIDGE_QUEUE]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l partitions -d 'Partitions to take from, such as 0-7,9 [default: all 16]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l ack-wait -d 'After how long without a sign of life another worker takes over [default: 30s, or what the queue has]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l jobs -d 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l rate -d 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l max-wait -d 'The longest Retry-After that is waited for [default: 5m]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l queue-credentials -d 'A file with user:password, with a token, or a NATS .creds file, for the queue' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l queue-replicas -d 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l queue-max-age -d 'How long the queue keeps a delivery, taken or not, at least [default: 7d]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l url -d 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l token-file -d 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l profile -d 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l config -d 'Config file, instead of crm-bridge.toml here or above and the user\'s own [env: CRM_BRIDGE_CONFIG]' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l timeout -d 'For a whole attempt, from connecting to the last byte [default: 30s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l connect-timeout -d 'For the TCP and TLS handshakes [default: 5s]' -r
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l cacert -d 'A further certificate authority, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l client-cert -d 'Client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l client-key -d 'Key of the client certificate, PEM' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l proxy -d 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY' -r -f
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -s y -l yes -d 'Don\'t ask before writing; needed off a terminal for a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l allow-http -d 'Send the token in clear text to a host that isn\'t this machine'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand worker" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and not __fish_seen_subcommand_from show help" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
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
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand config; and __fish_seen_subcommand_from show" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
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
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand init" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
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
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l static -d 'Print a script that knows commands and flags, but not the runs and profiles of this place'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand completions" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l out -d 'Write every page into this folder instead' -r -f -a "(__fish_complete_directories)"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l color -d 'Colours; `NO_COLOR` switches them off too' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l lang -d 'Language of the messages [default: from the locale, else en]' -r -f -a "es\t'Spanish'
en\t'English'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l log-format -d 'Form of the log on stderr and in the file [default: text; json with --json]' -r -f -a "text\t'A line for a person'
json\t'A JSON object a line'"
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l log-file -d 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5' -r -F
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l json -d 'Write NDJSON to stdout, one object a line, for scripts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -s v -l verbose -d 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -s q -l quiet -d 'Say nothing but the summary and errors'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -l show-pii -d 'Show names, documents, phones and e-mails unmasked'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand man" -s V -l version -d 'Print version'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "send" -d 'Send one presencia from flags, or records or payloads from JSON'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "test" -d 'Find out whether the integration works, and if not, why'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "validate" -d 'Check exports or payloads without a network: what would be sent, and what must be fixed'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "replay-csv" -d 'Map, validate and deliver every event of CRM exports; resumable'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "replay" -d 'Send recorded requests again, byte for byte'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "runs" -d 'Look at recorded runs, go on with them, send dead letters again, export receipts'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "map" -d 'Show which column of an export feeds which field, and save that as a mapping file'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "serve-mock" -d 'Run a receiver for development and CI: strict as the document, or odd as a deployed one'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "relay" -d 'Take the CRM\'s webhooks, answer at once, deliver with retries; nothing is lost'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "worker" -d 'Deliver from a JetStream queue; as many as you like, on as many machines'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "config" -d 'Show the settings in use and where each came from'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "init" -d 'Write a commented crm-bridge.toml'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "man" -d 'Print a manual page, or write all of them'
complete -c crm-bridge -n "__fish_crm_bridge_using_subcommand help; and not __fish_seen_subcommand_from send test validate replay-csv replay runs map serve-mock relay worker config init completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
