//! What is wrong with columns is said in full, and what stands in them is neither lost nor taken for something else.

use crate::bench::Bench;
use crate::odd_receiver::{OddReceiver, Switches};

const HEADER: &str = "ID;Nombre;Celular;Fecha Hora;Estado\n";

#[test]
fn a_corrected_file_is_read_in_the_character_set_of_its_export() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    for (sign, elsewhere) in [(&b"\xA0"[..], "cp850"), (&b"\x92"[..], "macintosh")] {
        let export = [
            HEADER.as_bytes(),
            b"1;rosa",
            sign,
            b"quispe;12;15/01/2024 10:00;Realizada\n2;Jos\xE9 N\xFA\xF1ez;987654321;15/01/2024 11:00;Realizada\n",
        ];
        let file = bench.write("marzo.csv", export.concat());
        let ran = bench.run(&["replay-csv", &file, "--json"]);
        let next = ran.summary()["next"].as_str().unwrap().to_owned();
        let command = "replay-csv ./failed.csv --encoding windows-1252";
        assert!(next.ends_with(command), "{next}");
        let text = std::fs::read(bench.path("failed.csv")).unwrap();
        let at = text.windows(4).position(|part| part == b";12;").unwrap();
        bench.write("failed.csv", [&text[..at], b";987654322;", &text[at + 4..]].concat());

        // Nothing in it tells any more; both sets are named.
        let ran = bench.run(&["replay-csv", "failed.csv", "--json"]);
        let finding = &ran.lines("finding")[0];
        let message = finding["message"].as_str().unwrap();
        assert_eq!((ran.code, &finding["code"]), (6, &"F03".into()), "{}", ran.out);
        assert!(message.contains("windows-1252") && message.contains(elsewhere), "{message}");

        let given: Vec<&str> = command.split(' ').chain(["--json"]).collect();
        let ran = bench.run(&given);
        assert_eq!((ran.code, &ran.summary()["delivered"]), (0, &1.into()), "{}", ran.out);
        std::fs::remove_file(bench.path("failed.csv")).unwrap();
        std::fs::remove_dir_all(bench.path("home")).unwrap();
        std::fs::create_dir(bench.path("home")).unwrap();
    }
}
