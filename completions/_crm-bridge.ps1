
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
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file')
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
            [CompletionResult]::new('serve-mock', 'serve-mock', [CompletionResultType]::ParameterValue, 'Run a receiver for development and CI: strict as the document, or odd as a deployed one')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings in use and where each came from')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented crm-bridge.toml')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write all of them')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Find out whether the integration works, and if not, why')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
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
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'What goes wrong: 503:10%, ''429:5%;retry-after=2'', delay:p50=80ms,p99=2s, reset:1%, timeout:0.5%, truncate:1%, garbage:1%, slow-body:1%, html:1%; options: n=3-5, from=5s, until=10s, id=CRM-1*, after. Repeatable')
            [CompletionResult]::new('--fault-script', '--fault-script', [CompletionResultType]::ParameterName, 'TOML file of faults: by number of the request, window of time, pattern of the id')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seeds the faults: the same seed gives the same ones')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Ends with 0 once this many distinct presencias have arrived, with 1 after --within')
            [CompletionResult]::new('--within', '--within', [CompletionResultType]::ParameterName, 'How long to wait [default with --expect: 30s]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Payloads that must arrive, as NDJSON (such as of --dry-run --json): ends with 1 where one is missing or another one came')
            [CompletionResult]::new('--cert-out', '--cert-out', [CompletionResultType]::ParameterName, 'Writes that certificate to a file, for clients to trust')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Serves HTTPS with this certificate chain (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The certificate''s private key (PEM)')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Requests in the list; of their bodies 64 MiB are kept at most')
            [CompletionResult]::new('--max-presencias', '--max-presencias', [CompletionResultType]::ParameterName, 'Distinct presencias in memory; one more answers 507')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Connections open at once')
            [CompletionResult]::new('--admin-token-file', '--admin-token-file', [CompletionResultType]::ParameterName, 'File with a token for the admin side and the inspector, which then answer beyond loopback too')
            [CompletionResult]::new('--known-ids', '--known-ids', [CompletionResultType]::ParameterName, 'Greatest number that is a known lote or adviser; greater ones are unknown')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5')
            [CompletionResult]::new('--quirks', '--quirks', [CompletionResultType]::ParameterName, 'Lists the oddities and ends')
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
        'crm-bridge;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file')
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
        'crm-bridge;config' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file')
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
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file')
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
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file')
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
        'crm-bridge;man' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write every page into this folder instead')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; `NO_COLOR` switches them off too')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages [default: from the locale, else en]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file')
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
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the log on stderr and in the file')
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
        'crm-bridge;help' {
            [CompletionResult]::new('serve-mock', 'serve-mock', [CompletionResultType]::ParameterValue, 'Run a receiver for development and CI: strict as the document, or odd as a deployed one')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings in use and where each came from')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented crm-bridge.toml')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write all of them')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Find out whether the integration works, and if not, why')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'crm-bridge;help;serve-mock' {
            break
        }
        'crm-bridge;help;completions' {
            break
        }
        'crm-bridge;help;config' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print each setting, its value and where it came from; secrets are masked')
            break
        }
        'crm-bridge;help;config;show' {
            break
        }
        'crm-bridge;help;init' {
            break
        }
        'crm-bridge;help;man' {
            break
        }
        'crm-bridge;help;test' {
            break
        }
        'crm-bridge;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
