//! The frame of the binary, from outside: what it prints where, and with which code it ends.

use std::process::{Command, Output};

fn kiebot(args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiebot"));
    command.args(args).env_clear().envs(variables.iter().copied());
    command.output().expect("the binary starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it writes UTF-8")
}

#[test]
fn serve_lists_all_problems_on_stderr_and_ends_with_2() {
    for args in [&[][..], &["serve"]] {
        let output = kiebot(args, &[("PORT", "http"), ("TELEGRAM_BOT_TOKEN", "hunter2")]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.starts_with("the configuration has 4 problems\n"), "{stderr}");
        for variable in ["TELEGRAM_BOT_TOKEN", "KIE_API_KEY", "ADMIN_ID", "PORT"] {
            assert!(stderr.contains(&format!("\n  {variable}\n")), "{variable}: {stderr}");
        }
        assert!(!stderr.contains("hunter2"), "{stderr}");
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn the_table_comes_on_stdout_and_needs_no_variable() {
    let output = kiebot(&["config-table"], &[]);
    assert_eq!(output.status.code(), Some(0));
    let table = text(&output.stdout);
    assert!(
        table.starts_with("**Telegram**\n\n| variable | default | meaning |\n|---|---|---|\n| `TELEGRAM_BOT_TOKEN` | "),
        "{table}"
    );
    assert!(table.ends_with(" |\n") && table.contains("| `DATABASE_URL` | `sqlite://data/kiebot.db` | "), "{table}");
}

#[test]
fn help_is_an_answer_and_a_wrong_command_line_is_an_error() {
    let help = kiebot(&["--help"], &[]);
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).contains("kiebot sandbox --demo"));
    let wrong = kiebot(&["sevre"], &[]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("'serve'"), "the right word is proposed");
}
