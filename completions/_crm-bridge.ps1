
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'crm-bridge' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'crm-bridge'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'crm-bridge' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Send one presencia from flags, or records or payloads from JSON')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Find out whether the integration works, and if not, why')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check exports or payloads without a network: what would be sent, and what must be fixed')
            [CompletionResult]::new('replay-csv', 'replay-csv', [CompletionResultType]::ParameterValue, 'Map, validate and deliver every event of CRM exports; resumable')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Send recorded requests again, byte for byte')
            [CompletionResult]::new('runs', 'runs', [CompletionResultType]::ParameterValue, 'Look at recorded runs, go on with them, send dead letters again, export receipts')
            [CompletionResult]::new('map', 'map', [CompletionResultType]::ParameterValue, 'Show which column of an export feeds which field, and save that as a mapping file')
            [CompletionResult]::new('serve-mock', 'serve-mock', [CompletionResultType]::ParameterValue, 'Run a receiver for development and CI: strict as the document, or odd as a deployed one')
            [CompletionResult]::new('relay', 'relay', [CompletionResultType]::ParameterValue, 'Take the CRM''s webhooks, answer at once, deliver with retries; nothing is lost')
            [CompletionResult]::new('worker', 'worker', [CompletionResultType]::ParameterValue, 'Deliver from a JetStream queue; as many as you like, on as many machines')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings in use and where each came from')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented crm-bridge.toml')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write all of them')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'crm-bridge;send' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Id of the cita in the CRM (12 or CRM-12)')
            [CompletionResult]::new('--nombre', '--nombre', [CompletionResultType]::ParameterName, 'Full name of the client')
            [CompletionResult]::new('--celular', '--celular', [CompletionResultType]::ParameterName, 'Celular: 9 digits that begin with 9')
            [CompletionResult]::new('--tipo-documento', '--tipo-documento', [CompletionResultType]::ParameterName, 'Kind of document: DNI, RUC, CE, Pasaporte, Otro')
            [CompletionResult]::new('--documento', '--documento', [CompletionResultType]::ParameterName, 'Document; the celular stands in where there is none')
            [CompletionResult]::new('--email', '--email', [CompletionResultType]::ParameterName, 'E-mail')
            [CompletionResult]::new('--distrito', '--distrito', [CompletionResultType]::ParameterName, 'District')
            [CompletionResult]::new('--fecha-hora', '--fecha-hora', [CompletionResultType]::ParameterName, 'When the visit took place, such as ''15/01/2024 14:30''')
            [CompletionResult]::new('--proyecto', '--proyecto', [CompletionResultType]::ParameterName, 'Project of interest')
            [CompletionResult]::new('--medio', '--medio', [CompletionResultType]::ParameterName, 'Where the lead came from, such as OPC or Facebook')
            [CompletionResult]::new('--lugar', '--lugar', [CompletionResultType]::ParameterName, 'Place of the visit')
            [CompletionResult]::new('--observaciones', '--observaciones', [CompletionResultType]::ParameterName, 'Notes')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Records or payloads, as JSON or NDJSON; - is stdin')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Take a field out of the payload, such as cliente.email_principal; repeatable')
            [CompletionResult]::new('--venta', '--venta', [CompletionResultType]::ParameterName, 'Add the venta that this JSON file holds')
            [CompletionResult]::new('--mapping', '--mapping', [CompletionResultType]::ParameterName, 'Mapping file (TOML); see `crm-bridge map`')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Let a column feed a field, such as lead.celular=WhatsApp; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field of the payload, such as proyecto_interes=''OASIS 1 (HUACHO 1)''; repeatable')
            [CompletionResult]::new('--id-template', '--id-template', [CompletionResultType]::ParameterName, 'Make the id of other columns, such as ''LEAD-{ID}''; it must be the same in the next export')
            [CompletionResult]::new('--trigger', '--trigger', [CompletionResultType]::ParameterName, 'Which records are events [default: realizada,ya-asistio]')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out]')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'Separator of the cells: ; , | or tab [default: found out]')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order of day and month in dates [default: found out, day first where nothing tells]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of dates that name none [default: America/Lima]')
            [CompletionResult]::new('--sheet', '--sheet', [CompletionResultType]::ParameterName, 'Sheet of a workbook [default: the first one]')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Ignore a rule by its code, such as A05; repeatable')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts after the first [default: 4]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'The longest Retry-After that is waited for [default: 5m]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'Order of the deliveries [default: auto]')
            [CompletionResult]::new('--id-terminator', '--id-terminator', [CompletionResultType]::ParameterName, 'Append this to each id, which makes the receiver''s look-up exact (`]`)')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop after this many failures, or this share of the deliveries')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'Publish to this JetStream server instead of delivering')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'For a whole attempt, from connecting to the last byte [default: 30s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the TCP and TLS handshakes [default: 5s]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'A further certificate authority, PEM')
            [CompletionResult]::new('--client-cert', '--client-cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'Key of the client certificate, PEM')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--edit', '--edit', [CompletionResultType]::ParameterName, 'Edit the payload in $EDITOR before it is sent')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat warnings as errors')
            [CompletionResult]::new('--accept-suggestions', '--accept-suggestions', [CompletionResultType]::ParameterName, 'Use columns that only look like the field')
            [CompletionResult]::new('--pad-dni', '--pad-dni', [CompletionResultType]::ParameterName, 'Add the zeros that a spreadsheet took from a DNI')
            [CompletionResult]::new('--all-or-nothing', '--all-or-nothing', [CompletionResultType]::ParameterName, 'Send nothing while one event is invalid')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Send what was already delivered all the same')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the payloads that would be sent; send nothing')
            [CompletionResult]::new('--curl', '--curl', [CompletionResultType]::ParameterName, 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Send the token in clear text to a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;test' {
            [CompletionResult]::new('--via-crm', '--via-crm', [CompletionResultType]::ParameterName, 'Ask the CRM at this address to send one test webhook itself')
            [CompletionResult]::new('--crm-token-file', '--crm-token-file', [CompletionResultType]::ParameterName, 'A file that holds the Bearer of the CRM''s test endpoint [env: CRM_API_TOKEN is the Bearer itself]')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Repeat, and show what changes, such as 30s; until Ctrl-C')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'For a whole attempt, from connecting to the last byte [default: 30s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the TCP and TLS handshakes [default: 5s]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'A further certificate authority, PEM')
            [CompletionResult]::new('--client-cert', '--client-cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'Key of the client certificate, PEM')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Send a TEST-… presencia twice and check that the receiver keeps one')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Send the token in clear text to a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;validate' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write failed.csv and the reports here')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print findings in the form of another tool')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show one row of one file from its cells to the payload, numbered as a spreadsheet does')
            [CompletionResult]::new('--mapping', '--mapping', [CompletionResultType]::ParameterName, 'Mapping file (TOML); see `crm-bridge map`')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Let a column feed a field, such as lead.celular=WhatsApp; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field of the payload, such as proyecto_interes=''OASIS 1 (HUACHO 1)''; repeatable')
            [CompletionResult]::new('--id-template', '--id-template', [CompletionResultType]::ParameterName, 'Make the id of other columns, such as ''LEAD-{ID}''; it must be the same in the next export')
            [CompletionResult]::new('--trigger', '--trigger', [CompletionResultType]::ParameterName, 'Which records are events [default: realizada,ya-asistio]')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out]')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'Separator of the cells: ; , | or tab [default: found out]')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order of day and month in dates [default: found out, day first where nothing tells]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of dates that name none [default: America/Lima]')
            [CompletionResult]::new('--sheet', '--sheet', [CompletionResultType]::ParameterName, 'Sheet of a workbook [default: the first one]')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Ignore a rule by its code, such as A05; repeatable')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'It is no failure when the files hold no event')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat warnings as errors')
            [CompletionResult]::new('--accept-suggestions', '--accept-suggestions', [CompletionResultType]::ParameterName, 'Use columns that only look like the field')
            [CompletionResult]::new('--pad-dni', '--pad-dni', [CompletionResultType]::ParameterName, 'Add the zeros that a spreadsheet took from a DNI')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;replay-csv' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write failed.csv, unprocessed.csv and the reports here [default: failed.csv and unprocessed.csv, in this folder]')
            [CompletionResult]::new('--mapping', '--mapping', [CompletionResultType]::ParameterName, 'Mapping file (TOML); see `crm-bridge map`')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Let a column feed a field, such as lead.celular=WhatsApp; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field of the payload, such as proyecto_interes=''OASIS 1 (HUACHO 1)''; repeatable')
            [CompletionResult]::new('--id-template', '--id-template', [CompletionResultType]::ParameterName, 'Make the id of other columns, such as ''LEAD-{ID}''; it must be the same in the next export')
            [CompletionResult]::new('--trigger', '--trigger', [CompletionResultType]::ParameterName, 'Which records are events [default: realizada,ya-asistio]')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out]')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'Separator of the cells: ; , | or tab [default: found out]')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order of day and month in dates [default: found out, day first where nothing tells]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of dates that name none [default: America/Lima]')
            [CompletionResult]::new('--sheet', '--sheet', [CompletionResultType]::ParameterName, 'Sheet of a workbook [default: the first one]')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Ignore a rule by its code, such as A05; repeatable')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only the events with these ids (CRM-12 or 12); repeatable')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only visits on or after this day')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only visits on or before this day')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Only the first N events')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts after the first [default: 4]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'The longest Retry-After that is waited for [default: 5m]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'Order of the deliveries [default: auto]')
            [CompletionResult]::new('--id-terminator', '--id-terminator', [CompletionResultType]::ParameterName, 'Append this to each id, which makes the receiver''s look-up exact (`]`)')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop after this many failures, or this share of the deliveries')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'Publish to this JetStream server instead of delivering')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'For a whole attempt, from connecting to the last byte [default: 30s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the TCP and TLS handshakes [default: 5s]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'A further certificate authority, PEM')
            [CompletionResult]::new('--client-cert', '--client-cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'Key of the client certificate, PEM')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY')
            [CompletionResult]::new('--queue-credentials', '--queue-credentials', [CompletionResultType]::ParameterName, 'A file with user:password, with a token, or a NATS .creds file, for the queue')
            [CompletionResult]::new('--queue-replicas', '--queue-replicas', [CompletionResultType]::ParameterName, 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)')
            [CompletionResult]::new('--queue-max-age', '--queue-max-age', [CompletionResultType]::ParameterName, 'How long the queue keeps a delivery, taken or not, at least [default: 7d]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--mock', '--mock', [CompletionResultType]::ParameterName, 'Send to a receiver inside this process: nothing to configure, nothing leaves the machine')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'It is no failure when the files hold no event')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat warnings as errors')
            [CompletionResult]::new('--accept-suggestions', '--accept-suggestions', [CompletionResultType]::ParameterName, 'Use columns that only look like the field')
            [CompletionResult]::new('--pad-dni', '--pad-dni', [CompletionResultType]::ParameterName, 'Add the zeros that a spreadsheet took from a DNI')
            [CompletionResult]::new('--all-or-nothing', '--all-or-nothing', [CompletionResultType]::ParameterName, 'Send nothing while one event is invalid')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Send what was already delivered all the same')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the payloads that would be sent; send nothing')
            [CompletionResult]::new('--curl', '--curl', [CompletionResultType]::ParameterName, 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Send the token in clear text to a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;replay' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only the requests with these ids (CRM-12 or 12); repeatable')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts after the first [default: 4]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'The longest Retry-After that is waited for [default: 5m]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'Order of the deliveries [default: auto]')
            [CompletionResult]::new('--id-terminator', '--id-terminator', [CompletionResultType]::ParameterName, 'Append this to each id, which makes the receiver''s look-up exact (`]`)')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop after this many failures, or this share of the deliveries')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'Publish to this JetStream server instead of delivering')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'For a whole attempt, from connecting to the last byte [default: 30s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the TCP and TLS handshakes [default: 5s]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'A further certificate authority, PEM')
            [CompletionResult]::new('--client-cert', '--client-cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'Key of the client certificate, PEM')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--remap', '--remap', [CompletionResultType]::ParameterName, 'Write each payload anew, as this program would have sent it, instead of byte for byte')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'It is no failure when the file holds no request')
            [CompletionResult]::new('--all-or-nothing', '--all-or-nothing', [CompletionResultType]::ParameterName, 'Send nothing while one event is invalid')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Send what was already delivered all the same')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the payloads that would be sent; send nothing')
            [CompletionResult]::new('--curl', '--curl', [CompletionResultType]::ParameterName, 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Send the token in clear text to a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;runs' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the runs on record, the newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one run: what was sent, what was not and why, and what to do next')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Go on with a run that stopped: only what is left is sent')
            [CompletionResult]::new('redrive', 'redrive', [CompletionResultType]::ParameterValue, 'Send the failed rows of a run again')
            [CompletionResult]::new('settle', 'settle', [CompletionResultType]::ParameterValue, 'Say what became of a venta that is in doubt')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Ask the receiver what it holds, and compare it with the receipts')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the receipts of a run: CSV, or NDJSON with --json')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'crm-bridge;runs;list' {
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show at most so many')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The dead letters of this JetStream server, instead of a run of the journal')
            [CompletionResult]::new('--queue-credentials', '--queue-credentials', [CompletionResultType]::ParameterName, 'A file with user:password, with a token, or a NATS .creds file, for the queue')
            [CompletionResult]::new('--queue-replicas', '--queue-replicas', [CompletionResultType]::ParameterName, 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)')
            [CompletionResult]::new('--queue-max-age', '--queue-max-age', [CompletionResultType]::ParameterName, 'How long the queue keeps a delivery, taken or not, at least [default: 7d]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;runs;show' {
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The dead letters of this JetStream server, instead of a run of the journal')
            [CompletionResult]::new('--queue-credentials', '--queue-credentials', [CompletionResultType]::ParameterName, 'A file with user:password, with a token, or a NATS .creds file, for the queue')
            [CompletionResult]::new('--queue-replicas', '--queue-replicas', [CompletionResultType]::ParameterName, 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)')
            [CompletionResult]::new('--queue-max-age', '--queue-max-age', [CompletionResultType]::ParameterName, 'How long the queue keeps a delivery, taken or not, at least [default: 7d]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;runs;resume' {
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;runs;redrive' {
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts after the first [default: 4]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'The longest Retry-After that is waited for [default: 5m]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'Order of the deliveries [default: auto]')
            [CompletionResult]::new('--id-terminator', '--id-terminator', [CompletionResultType]::ParameterName, 'Append this to each id, which makes the receiver''s look-up exact (`]`)')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop after this many failures, or this share of the deliveries')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'Publish to this JetStream server instead of delivering')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'For a whole attempt, from connecting to the last byte [default: 30s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the TCP and TLS handshakes [default: 5s]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'A further certificate authority, PEM')
            [CompletionResult]::new('--client-cert', '--client-cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'Key of the client certificate, PEM')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY')
            [CompletionResult]::new('--queue-credentials', '--queue-credentials', [CompletionResultType]::ParameterName, 'A file with user:password, with a token, or a NATS .creds file, for the queue')
            [CompletionResult]::new('--queue-replicas', '--queue-replicas', [CompletionResultType]::ParameterName, 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)')
            [CompletionResult]::new('--queue-max-age', '--queue-max-age', [CompletionResultType]::ParameterName, 'How long the queue keeps a delivery, taken or not, at least [default: 7d]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--rejected', '--rejected', [CompletionResultType]::ParameterName, 'Also the rows whose data the receiver rejected')
            [CompletionResult]::new('--all-or-nothing', '--all-or-nothing', [CompletionResultType]::ParameterName, 'Send nothing while one event is invalid')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Send what was already delivered all the same')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the payloads that would be sent; send nothing')
            [CompletionResult]::new('--curl', '--curl', [CompletionResultType]::ParameterName, 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Send the token in clear text to a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;runs;settle' {
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Number of the input file, where several have this row; 0 is the first')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The dead letters of this JetStream server, instead of a run of the journal')
            [CompletionResult]::new('--queue-credentials', '--queue-credentials', [CompletionResultType]::ParameterName, 'A file with user:password, with a token, or a NATS .creds file, for the queue')
            [CompletionResult]::new('--queue-replicas', '--queue-replicas', [CompletionResultType]::ParameterName, 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)')
            [CompletionResult]::new('--queue-max-age', '--queue-max-age', [CompletionResultType]::ParameterName, 'How long the queue keeps a delivery, taken or not, at least [default: 7d]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--delivered', '--delivered', [CompletionResultType]::ParameterName, 'The venta is in the App Comercial')
            [CompletionResult]::new('--not-delivered', '--not-delivered', [CompletionResultType]::ParameterName, 'The venta is not in the App Comercial: `runs redrive` sends it, with --queue a worker does')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;runs;verify' {
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--verify-url', '--verify-url', [CompletionResultType]::ParameterName, 'Where the receiver lists its presencias [default: verify_url of the settings, else its admin side]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;runs;export' {
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;runs;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the runs on record, the newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one run: what was sent, what was not and why, and what to do next')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Go on with a run that stopped: only what is left is sent')
            [CompletionResult]::new('redrive', 'redrive', [CompletionResultType]::ParameterValue, 'Send the failed rows of a run again')
            [CompletionResult]::new('settle', 'settle', [CompletionResultType]::ParameterValue, 'Say what became of a venta that is in doubt')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Ask the receiver what it holds, and compare it with the receipts')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the receipts of a run: CSV, or NDJSON with --json')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'crm-bridge;runs;help;list' {
            break
        }
        'crm-bridge;runs;help;show' {
            break
        }
        'crm-bridge;runs;help;resume' {
            break
        }
        'crm-bridge;runs;help;redrive' {
            break
        }
        'crm-bridge;runs;help;settle' {
            break
        }
        'crm-bridge;runs;help;verify' {
            break
        }
        'crm-bridge;runs;help;export' {
            break
        }
        'crm-bridge;runs;help;help' {
            break
        }
        'crm-bridge;map' {
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Save the columns as a mapping file')
            [CompletionResult]::new('--mapping', '--mapping', [CompletionResultType]::ParameterName, 'Mapping file (TOML); see `crm-bridge map`')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Let a column feed a field, such as lead.celular=WhatsApp; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field of the payload, such as proyecto_interes=''OASIS 1 (HUACHO 1)''; repeatable')
            [CompletionResult]::new('--id-template', '--id-template', [CompletionResultType]::ParameterName, 'Make the id of other columns, such as ''LEAD-{ID}''; it must be the same in the next export')
            [CompletionResult]::new('--trigger', '--trigger', [CompletionResultType]::ParameterName, 'Which records are events [default: realizada,ya-asistio]')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out]')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'Separator of the cells: ; , | or tab [default: found out]')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order of day and month in dates [default: found out, day first where nothing tells]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of dates that name none [default: America/Lima]')
            [CompletionResult]::new('--sheet', '--sheet', [CompletionResultType]::ParameterName, 'Sheet of a workbook [default: the first one]')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Ignore a rule by its code, such as A05; repeatable')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Print the built-in mapping as a mapping file')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file that --write names, where it exists')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat warnings as errors')
            [CompletionResult]::new('--accept-suggestions', '--accept-suggestions', [CompletionResultType]::ParameterName, 'Use columns that only look like the field')
            [CompletionResult]::new('--pad-dni', '--pad-dni', [CompletionResultType]::ParameterName, 'Add the zeros that a spreadsheet took from a DNI')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;serve-mock' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where to listen; port 0 takes a free one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'What it is like: the document to the letter, or a deployed App Comercial with its oddities')
            [CompletionResult]::new('--quirk', '--quirk', [CompletionResultType]::ParameterName, 'Adds oddities by name (see --quirks)')
            [CompletionResult]::new('--without-quirk', '--without-quirk', [CompletionResultType]::ParameterName, 'Takes oddities out of the profile')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Keeps presencias, clientes and ventas in this SQLite file instead of memory')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Records every request as NDJSON, tokens masked; `replay` sends them again')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'File with the token that senders must show [default: `CRM_WEBHOOK_TOKEN`, else one is made up and printed]')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'What goes wrong: 503:10%, ''429:5%;retry-after=2'', delay:p50=80ms,p99=2s, reset:1%, timeout:0.5%, truncate:1%, garbage:1%, slow-body:1%, html:1%; options: n=3-5, from=5s, until=10s, id=CRM-1*, after (first the presencia is saved, then it goes wrong) or before (nothing is saved; truncate, garbage, slow-body and html come after by themselves). Repeatable')
            [CompletionResult]::new('--fault-script', '--fault-script', [CompletionResultType]::ParameterName, 'TOML file of faults: by number of the request, window of time, pattern of the id')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seeds the faults: for the same seed a share strikes the same sends of the same ids, in whatever order requests arrive; n=, from= and until= go by arrival')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Ends with 0 once at least this many distinct presencias have arrived, with 1 after --within. 0: none may arrive, for as long as --within says')
            [CompletionResult]::new('--within', '--within', [CompletionResultType]::ParameterName, 'How long to wait for --expect or --verify [default with --expect: 30s]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Payloads that must arrive, as JSON (one a line, several lines each, an array, or of --dry-run --json): ends with 1 where one is missing, came with other content, or another one came or was refused. Waits for --within, else for a signal')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'Ends only when no request came for this long after everything has arrived, so that repeats and stragglers are still answered (five times this at most); afterwards connections are refused')
            [CompletionResult]::new('--cert-out', '--cert-out', [CompletionResultType]::ParameterName, 'Writes that certificate to a file, for clients to trust')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Serves HTTPS with this certificate chain (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The certificate''s private key (PEM)')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Requests in the list; they hold 32 MiB at most, and a kilobyte more for each one above the default')
            [CompletionResult]::new('--max-presencias', '--max-presencias', [CompletionResultType]::ParameterName, 'Distinct presencias in memory; one more answers 507')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Connections open at once')
            [CompletionResult]::new('--admin-token-file', '--admin-token-file', [CompletionResultType]::ParameterName, 'File with a token for the admin side and the inspector, which then answer beyond loopback too')
            [CompletionResult]::new('--known-ids', '--known-ids', [CompletionResultType]::ParameterName, 'Greatest number that is a known lote or adviser; greater ones are unknown')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--quirks', '--quirks', [CompletionResultType]::ParameterName, 'Lists the oddities and ends')
            [CompletionResult]::new('--fail-on-refused', '--fail-on-refused', [CompletionResultType]::ParameterName, 'Ends with 1 where a request was refused by the rules (400, 401, 404, 409, 415 …), whatever else arrived; injected faults don''t count. --verify does so by itself')
            [CompletionResult]::new('--allow-refused', '--allow-refused', [CompletionResultType]::ParameterName, 'Refused requests don''t make --verify end with 1')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Serves HTTPS with a certificate made on the spot')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;relay' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where to listen; port 0 takes a free one')
            [CompletionResult]::new('--answer', '--answer', [CompletionResultType]::ParameterName, 'Status of the answer to a webhook that was stored; the live CRM takes 200 alone for success')
            [CompletionResult]::new('--source-rate', '--source-rate', [CompletionResultType]::ParameterName, 'Webhooks a second, minute or hour that one source may send, such as 50/s [default: unlimited]')
            [CompletionResult]::new('--max-queue', '--max-queue', [CompletionResultType]::ParameterName, 'Webhooks that may wait at once; one more is answered 503 [default: 1000000]')
            [CompletionResult]::new('--max-body', '--max-body', [CompletionResultType]::ParameterName, 'Longest body, in bytes; a longer one is answered 413')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Connections open at once')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Serves HTTPS with this certificate chain (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The certificate''s private key (PEM)')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user''s state folder]')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts after the first [default: 4]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'The longest Retry-After that is waited for [default: 5m]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'Order of the deliveries [default: auto]')
            [CompletionResult]::new('--id-terminator', '--id-terminator', [CompletionResultType]::ParameterName, 'Append this to each id, which makes the receiver''s look-up exact (`]`)')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop after this many failures, or this share of the deliveries')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'Publish to this JetStream server instead of delivering')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'For a whole attempt, from connecting to the last byte [default: 30s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the TCP and TLS handshakes [default: 5s]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'A further certificate authority, PEM')
            [CompletionResult]::new('--client-cert', '--client-cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'Key of the client certificate, PEM')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY')
            [CompletionResult]::new('--queue-credentials', '--queue-credentials', [CompletionResultType]::ParameterName, 'A file with user:password, with a token, or a NATS .creds file, for the queue')
            [CompletionResult]::new('--queue-replicas', '--queue-replicas', [CompletionResultType]::ParameterName, 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)')
            [CompletionResult]::new('--queue-max-age', '--queue-max-age', [CompletionResultType]::ParameterName, 'How long the queue keeps a delivery, taken or not, at least [default: 7d]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--all-or-nothing', '--all-or-nothing', [CompletionResultType]::ParameterName, 'Send nothing while one event is invalid')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Send what was already delivered all the same')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the payloads that would be sent; send nothing')
            [CompletionResult]::new('--curl', '--curl', [CompletionResultType]::ParameterName, 'Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Send the token in clear text to a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;worker' {
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'JetStream server to take deliveries from, such as nats://127.0.0.1:4222 [env: CRM_BRIDGE_QUEUE]')
            [CompletionResult]::new('--partitions', '--partitions', [CompletionResultType]::ParameterName, 'Partitions to take from, such as 0-7,9 [default: all 16]')
            [CompletionResult]::new('--ack-wait', '--ack-wait', [CompletionResultType]::ParameterName, 'After how long without a sign of life another worker takes over [default: 30s, or what the queue has]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Deliveries a second, minute or hour, such as 5/s [default: unlimited]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'The longest Retry-After that is waited for [default: 5m]')
            [CompletionResult]::new('--queue-credentials', '--queue-credentials', [CompletionResultType]::ParameterName, 'A file with user:password, with a token, or a NATS .creds file, for the queue')
            [CompletionResult]::new('--queue-replicas', '--queue-replicas', [CompletionResultType]::ParameterName, 'Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5)')
            [CompletionResult]::new('--queue-max-age', '--queue-max-age', [CompletionResultType]::ParameterName, 'How long the queue keeps a delivery, taken or not, at least [default: 7d]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'For a whole attempt, from connecting to the last byte [default: 30s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the TCP and TLS handshakes [default: 5s]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'A further certificate authority, PEM')
            [CompletionResult]::new('--client-cert', '--client-cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'Key of the client certificate, PEM')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Send the token in clear text to a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;config' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print each setting, its value and where it came from; secrets are masked')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'crm-bridge;config;show' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'For a whole attempt, from connecting to the last byte [default: 30s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the TCP and TLS handshakes [default: 5s]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'A further certificate authority, PEM')
            [CompletionResult]::new('--client-cert', '--client-cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM')
            [CompletionResult]::new('--client-key', '--client-key', [CompletionResultType]::ParameterName, 'Key of the client certificate, PEM')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Send the token in clear text to a host that isn''t this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;config;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print each setting, its value and where it came from; secrets are masked')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'crm-bridge;config;help;show' {
            break
        }
        'crm-bridge;config;help;help' {
            break
        }
        'crm-bridge;init' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file where there is one')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the file instead of writing it')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--static', '--static', [CompletionResultType]::ParameterName, 'Print a script that knows commands and flags, but not the runs and profiles of this place')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;man' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write every page into this folder instead')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file [default: text; json with --json]')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write NDJSON to stdout, one object a line, for scripts')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: repairs and skipped rows (-v), each attempt (-vv)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the summary and errors')
            [CompletionResult]::new('--show-pii', '--show-pii', [CompletionResultType]::ParameterName, 'Show names, documents, phones and e-mails unmasked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'crm-bridge;help' {
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Send one presencia from flags, or records or payloads from JSON')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Find out whether the integration works, and if not, why')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check exports or payloads without a network: what would be sent, and what must be fixed')
            [CompletionResult]::new('replay-csv', 'replay-csv', [CompletionResultType]::ParameterValue, 'Map, validate and deliver every event of CRM exports; resumable')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Send recorded requests again, byte for byte')
            [CompletionResult]::new('runs', 'runs', [CompletionResultType]::ParameterValue, 'Look at recorded runs, go on with them, send dead letters again, export receipts')
            [CompletionResult]::new('map', 'map', [CompletionResultType]::ParameterValue, 'Show which column of an export feeds which field, and save that as a mapping file')
            [CompletionResult]::new('serve-mock', 'serve-mock', [CompletionResultType]::ParameterValue, 'Run a receiver for development and CI: strict as the document, or odd as a deployed one')
            [CompletionResult]::new('relay', 'relay', [CompletionResultType]::ParameterValue, 'Take the CRM''s webhooks, answer at once, deliver with retries; nothing is lost')
            [CompletionResult]::new('worker', 'worker', [CompletionResultType]::ParameterValue, 'Deliver from a JetStream queue; as many as you like, on as many machines')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings in use and where each came from')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented crm-bridge.toml')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write all of them')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'crm-bridge;help;send' {
            break
        }
        'crm-bridge;help;test' {
            break
        }
        'crm-bridge;help;validate' {
            break
        }
        'crm-bridge;help;replay-csv' {
            break
        }
        'crm-bridge;help;replay' {
            break
        }
        'crm-bridge;help;runs' {
            break
        }
        'crm-bridge;help;map' {
            break
        }
        'crm-bridge;help;serve-mock' {
            break
        }
        'crm-bridge;help;relay' {
            break
        }
        'crm-bridge;help;worker' {
            break
        }
        'crm-bridge;help;config' {
            break
        }
        'crm-bridge;help;init' {
            break
        }
        'crm-bridge;help;completions' {
            break
        }
        'crm-bridge;help;man' {
            break
        }
        'crm-bridge;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
