
use builtin;
use str;

set edit:completion:arg-completer[crm-bridge] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'crm-bridge'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'crm-bridge'= {
            cand --color 'Colours; `NO_COLOR` switches them off too'
            cand --lang 'Language of the messages [default: from the locale, else en]'
            cand --log-format 'Form of the log on stderr and in the file'
            cand --log-file 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5'
            cand --json 'Write NDJSON to stdout, one object a line, for scripts'
            cand -v 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand --verbose 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand -q 'Say nothing but the summary and errors'
            cand --quiet 'Say nothing but the summary and errors'
            cand --show-pii 'Show names, documents, phones and e-mails unmasked'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand serve-mock 'Run a receiver for development and CI: strict as the document, or odd as a deployed one'
            cand completions 'Print a completion script for a shell'
            cand config 'Show the settings in use and where each came from'
            cand init 'Write a commented crm-bridge.toml'
            cand man 'Print a manual page, or write all of them'
            cand test 'Find out whether the integration works, and if not, why'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'crm-bridge;serve-mock'= {
            cand --listen 'Where to listen; port 0 takes a free one'
            cand --profile 'What it is like: the document to the letter, or a deployed App Comercial with its oddities'
            cand --quirk 'Adds oddities by name (see --quirks)'
            cand --without-quirk 'Takes oddities out of the profile'
            cand --db 'Keeps presencias, clientes and ventas in this SQLite file instead of memory'
            cand --record 'Records every request as NDJSON, tokens masked; `replay` sends them again'
            cand --token-file 'File with the token that senders must show [default: `CRM_WEBHOOK_TOKEN`, else one is made up and printed]'
            cand --fault 'What goes wrong: 503:10%, ''429:5%;retry-after=2'', delay:p50=80ms,p99=2s, reset:1%, timeout:0.5%, truncate:1%, garbage:1%, slow-body:1%, html:1%; options: n=3-5, from=5s, until=10s, id=CRM-1*, after. Repeatable'
            cand --fault-script 'TOML file of faults: by number of the request, window of time, pattern of the id'
            cand --seed 'Seeds the faults: the same seed gives the same ones'
            cand --expect 'Ends with 0 once this many distinct presencias have arrived, with 1 after --within'
            cand --within 'How long to wait [default with --expect: 30s]'
            cand --verify 'Payloads that must arrive, as NDJSON (such as of --dry-run --json): ends with 1 where one is missing or another one came'
            cand --cert-out 'Writes that certificate to a file, for clients to trust'
            cand --cert 'Serves HTTPS with this certificate chain (PEM)'
            cand --key 'The certificate''s private key (PEM)'
            cand --keep 'Requests in the list; of their bodies 64 MiB are kept at most'
            cand --max-presencias 'Distinct presencias in memory; one more answers 507'
            cand --max-connections 'Connections open at once'
            cand --admin-token-file 'File with a token for the admin side and the inspector, which then answer beyond loopback too'
            cand --known-ids 'Greatest number that is a known lote or adviser; greater ones are unknown'
            cand --color 'Colours; `NO_COLOR` switches them off too'
            cand --lang 'Language of the messages [default: from the locale, else en]'
            cand --log-format 'Form of the log on stderr and in the file'
            cand --log-file 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5'
            cand --quirks 'Lists the oddities and ends'
            cand --tls 'Serves HTTPS with a certificate made on the spot'
            cand --json 'Write NDJSON to stdout, one object a line, for scripts'
            cand -v 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand --verbose 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand -q 'Say nothing but the summary and errors'
            cand --quiet 'Say nothing but the summary and errors'
            cand --show-pii 'Show names, documents, phones and e-mails unmasked'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'crm-bridge;completions'= {
            cand --color 'Colours; `NO_COLOR` switches them off too'
            cand --lang 'Language of the messages [default: from the locale, else en]'
            cand --log-format 'Form of the log on stderr and in the file'
            cand --log-file 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5'
            cand --static 'Print a script that knows commands and flags, but not the runs and profiles of this place'
            cand --json 'Write NDJSON to stdout, one object a line, for scripts'
            cand -v 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand --verbose 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand -q 'Say nothing but the summary and errors'
            cand --quiet 'Say nothing but the summary and errors'
            cand --show-pii 'Show names, documents, phones and e-mails unmasked'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'crm-bridge;config'= {
            cand --color 'Colours; `NO_COLOR` switches them off too'
            cand --lang 'Language of the messages [default: from the locale, else en]'
            cand --log-format 'Form of the log on stderr and in the file'
            cand --log-file 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5'
            cand --json 'Write NDJSON to stdout, one object a line, for scripts'
            cand -v 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand --verbose 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand -q 'Say nothing but the summary and errors'
            cand --quiet 'Say nothing but the summary and errors'
            cand --show-pii 'Show names, documents, phones and e-mails unmasked'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand show 'Print each setting, its value and where it came from; secrets are masked'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'crm-bridge;config;show'= {
            cand --url 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]'
            cand --token-file 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]'
            cand --profile 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]'
            cand --config 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]'
            cand --timeout 'For a whole attempt, from connecting to the last byte [default: 30s]'
            cand --connect-timeout 'For the TCP and TLS handshakes [default: 5s]'
            cand --cacert 'A further certificate authority, PEM'
            cand --client-cert 'Client certificate, PEM'
            cand --client-key 'Key of the client certificate, PEM'
            cand --proxy 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY'
            cand --color 'Colours; `NO_COLOR` switches them off too'
            cand --lang 'Language of the messages [default: from the locale, else en]'
            cand --log-format 'Form of the log on stderr and in the file'
            cand --log-file 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5'
            cand --allow-http 'Send the token in clear text to a host that isn''t this machine'
            cand --json 'Write NDJSON to stdout, one object a line, for scripts'
            cand -v 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand --verbose 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand -q 'Say nothing but the summary and errors'
            cand --quiet 'Say nothing but the summary and errors'
            cand --show-pii 'Show names, documents, phones and e-mails unmasked'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'crm-bridge;config;help'= {
            cand show 'Print each setting, its value and where it came from; secrets are masked'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'crm-bridge;config;help;show'= {
        }
        &'crm-bridge;config;help;help'= {
        }
        &'crm-bridge;init'= {
            cand --color 'Colours; `NO_COLOR` switches them off too'
            cand --lang 'Language of the messages [default: from the locale, else en]'
            cand --log-format 'Form of the log on stderr and in the file'
            cand --log-file 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5'
            cand --force 'Replace the file where there is one'
            cand --print 'Print the file instead of writing it'
            cand --json 'Write NDJSON to stdout, one object a line, for scripts'
            cand -v 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand --verbose 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand -q 'Say nothing but the summary and errors'
            cand --quiet 'Say nothing but the summary and errors'
            cand --show-pii 'Show names, documents, phones and e-mails unmasked'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'crm-bridge;man'= {
            cand --out 'Write every page into this folder instead'
            cand --color 'Colours; `NO_COLOR` switches them off too'
            cand --lang 'Language of the messages [default: from the locale, else en]'
            cand --log-format 'Form of the log on stderr and in the file'
            cand --log-file 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5'
            cand --json 'Write NDJSON to stdout, one object a line, for scripts'
            cand -v 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand --verbose 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand -q 'Say nothing but the summary and errors'
            cand --quiet 'Say nothing but the summary and errors'
            cand --show-pii 'Show names, documents, phones and e-mails unmasked'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'crm-bridge;test'= {
            cand --via-crm 'Ask the CRM at this address to send one test webhook itself'
            cand --crm-token-file 'A file that holds the Bearer of the CRM''s test endpoint [env: CRM_API_TOKEN is the Bearer itself]'
            cand --watch 'Repeat, and show what changes, such as 30s; until Ctrl-C'
            cand --url 'The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL]'
            cand --token-file 'A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself]'
            cand --profile 'Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE]'
            cand --config 'Config file, instead of crm-bridge.toml here or above and the user''s own [env: CRM_BRIDGE_CONFIG]'
            cand --timeout 'For a whole attempt, from connecting to the last byte [default: 30s]'
            cand --connect-timeout 'For the TCP and TLS handshakes [default: 5s]'
            cand --cacert 'A further certificate authority, PEM'
            cand --client-cert 'Client certificate, PEM'
            cand --client-key 'Key of the client certificate, PEM'
            cand --proxy 'HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY'
            cand --color 'Colours; `NO_COLOR` switches them off too'
            cand --lang 'Language of the messages [default: from the locale, else en]'
            cand --log-format 'Form of the log on stderr and in the file'
            cand --log-file 'Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5'
            cand --write 'Send a TEST-… presencia twice and check that the receiver keeps one'
            cand -y 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine'
            cand --yes 'Don''t ask before writing; needed off a terminal for a host that isn''t this machine'
            cand --allow-http 'Send the token in clear text to a host that isn''t this machine'
            cand --json 'Write NDJSON to stdout, one object a line, for scripts'
            cand -v 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand --verbose 'Say more: repairs and skipped rows (-v), each attempt (-vv)'
            cand -q 'Say nothing but the summary and errors'
            cand --quiet 'Say nothing but the summary and errors'
            cand --show-pii 'Show names, documents, phones and e-mails unmasked'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'crm-bridge;help'= {
            cand serve-mock 'Run a receiver for development and CI: strict as the document, or odd as a deployed one'
            cand completions 'Print a completion script for a shell'
            cand config 'Show the settings in use and where each came from'
            cand init 'Write a commented crm-bridge.toml'
            cand man 'Print a manual page, or write all of them'
            cand test 'Find out whether the integration works, and if not, why'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'crm-bridge;help;serve-mock'= {
        }
        &'crm-bridge;help;completions'= {
        }
        &'crm-bridge;help;config'= {
            cand show 'Print each setting, its value and where it came from; secrets are masked'
        }
        &'crm-bridge;help;config;show'= {
        }
        &'crm-bridge;help;init'= {
        }
        &'crm-bridge;help;man'= {
        }
        &'crm-bridge;help;test'= {
        }
        &'crm-bridge;help;help'= {
        }
    ]
    $completions[$command]
}
