//! The bindings in a real browser: the same traces as natively, to the bit; columns; errors across the boundary.
#![cfg(target_arch = "wasm32")]

use irql_playground::wasm::{Session, catalogue, check, complete, format, hover, token_classes, tokens};
use js_sys::{Array, Float64Array, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

#[path = "common/fingerprints.rs"]
#[allow(dead_code, unreachable_pub)] // the native tests share the file, and also write the table
mod fingerprints;

#[path = "common/shipped.rs"]
mod shipped;

wasm_bindgen_test_configure!(run_in_browser);

const PACKET: &str = include_str!("../../scenarios/packet-story.irql");

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

fn text(object: &JsValue, key: &str) -> String {
    get(object, key).as_string().unwrap_or_default()
}

fn number(object: &JsValue, key: &str) -> f64 {
    get(object, key).as_f64().unwrap_or(f64::NAN)
}

fn opened(source: &str) -> Session {
    let mut session = Session::open(source, None).expect("the scenario compiles");
    while !session.advance(100_000) {}
    session
}

#[wasm_bindgen_test]
fn a_run_tells_its_records_its_state_and_its_end() {
    let mut session = opened(PACKET);
    let len = session.len();
    assert!(len > 20);
    let columns = session.records(0, len);
    assert_eq!(Uint32Array::from(get(&columns, "cause")).length(), len);
    assert_eq!(Uint8Array::from(get(&columns, "irql")).length(), len);
    assert_eq!(text(&session.outcome(), "kind"), "completed");
    let highest = Uint8Array::from(get(&columns, "irql")).to_vec().into_iter().max();
    assert_eq!(highest, Some(7), "the card's ISR runs at 7");
    session.seek(len / 2);
    let state = session.state();
    assert_eq!(number(&state, "record"), f64::from(len / 2));
    let processors: Array = get(&state, "processors").unchecked_into();
    let record = session.record(len / 2).expect("it exists");
    assert_eq!(number(&processors.get(0), "irql"), number(&record, "irql"));
    let why = session.why(len - 2);
    assert_eq!(why[0], len - 2);
    assert!(why.windows(2).all(|pair| pair[1] < pair[0]), "causes come before effects");
}

#[wasm_bindgen_test]
fn the_figures_of_a_run_are_columns() {
    let figures = opened(PACKET).statistics();
    let column = |key: &str| Float64Array::from(get(&figures, key)).to_vec();
    let count = column("count");
    assert_eq!(count, [1.0; 5], "an ISR, a DPC, and the three latencies");
    assert_eq!(column("max"), [2_000.0, 12_000.0, 0.0, 2_000.0, 0.0]);
    for key in ["measure", "subject", "median", "p99", "own_max", "record"] {
        assert_eq!(column(key).len(), count.len(), "{key}");
    }
    assert_eq!(column("buckets").len(), 6 * count.len());
    assert_eq!(column("loads").iter().sum::<f64>(), number(&figures, "end"));
}

#[wasm_bindgen_test]
fn every_scenario_leaves_the_same_trace_here_as_natively() {
    let table = fingerprints::parse(fingerprints::TABLE);
    let names: Vec<&str> = table.iter().map(|line| line.scenario.as_str()).collect();
    assert_eq!(names, shipped::SHIPPED.iter().map(|s| s.0).collect::<Vec<_>>());
    for (line, (name, source)) in table.iter().zip(shipped::SHIPPED) {
        let session = opened(source);
        assert_eq!(session.len(), line.records, "{name}");
        assert_eq!(session.fingerprint(), format!("{:016x}", line.fingerprint), "{name}");
    }
}

#[wasm_bindgen_test]
fn the_state_shows_dpcs_by_the_kernels_field_names() {
    let mut session = opened(
        "machine { processors: 2; } isr I { work 1us; KeInsertQueueDpc(D, 7); KeInsertQueueDpc(R); work 1us; }
        dpc D { work 1us; } dpc R (processor: 1, importance: High) { } device Nic { irql: 5; isr: I; }
        system thread T (processor: 0) { work 9us; } at 2us interrupt Nic;",
    );
    let kind = |session: &Session, n: u32| text(&session.record(n).expect("it exists"), "kind");
    let of = |session: &Session, wanted: &str| {
        (0..session.len()).find(|n| kind(session, *n) == wanted).expect("it is there")
    };
    session.seek(of(&session, "IpiSent"));
    let state = session.state();
    let at = |list: &JsValue, i: u32| list.unchecked_ref::<Array>().get(i);
    let processors = get(&state, "processors");
    let (first, second) = (at(&processors, 0), at(&processors, 1));
    let prcb = get(&first, "prcb");
    let queue = at(&get(&prcb, "DpcData"), 0);
    assert_eq!((number(&queue, "DpcQueueDepth"), number(&queue, "DpcCount")), (1.0, 1.0));
    assert_eq!(get(&prcb, "DpcInterruptRequested"), JsValue::TRUE);
    assert_eq!((number(&prcb, "MaximumDpcQueueDepth"), number(&prcb, "MinimumDpcRate")), (4.0, 3.0));
    assert_eq!(get(&get(&second, "prcb"), "Sleeping"), JsValue::TRUE);
    let reasons = get(&at(&get(&second, "pending"), 0), "reasons");
    assert_eq!(at(&reasons, 0).as_string().as_deref(), Some("IPI_DPC"));
    let kdpc = get(&at(&get(&state, "dpcs"), 0), "kdpc");
    assert_eq!((text(&kdpc, "Type"), text(&kdpc, "DeferredRoutine")), ("DpcObject".into(), "D".into()));
    assert_eq!((text(&kdpc, "Importance"), text(&kdpc, "SystemArgument1")), ("Medium".into(), "7".into()));
    assert_eq!(number(&get(&kdpc, "DpcData"), "Processor"), 0.0);
    assert_eq!(text(&get(&kdpc, "Inserted"), "by"), "I");
    session.seek(of(&session, "DpcStarted"));
    let top = |state: &JsValue, cpu: u32| {
        let frames: Array = get(&at(&get(state, "processors"), cpu), "frames").unchecked_into();
        frames.get(frames.length() - 1)
    };
    let running = text(&session.record(session.position()).expect("it exists"), "subject_name");
    let cpu = u32::from(running == "R");
    assert_eq!(get(&top(&session.state(), cpu), "dpc_stack"), JsValue::TRUE, "{running} is on the DPC stack");
}

#[wasm_bindgen_test]
fn stepping_back_and_forth_gives_the_same_state() {
    let mut session = opened(PACKET);
    let stringify = |value: &JsValue| js_sys::JSON::stringify(value).map(String::from).unwrap_or_default();
    let forward: Vec<String> = (0..session.len())
        .map(|n| {
            session.seek(n);
            stringify(&session.state())
        })
        .collect();
    for n in (0..session.len()).rev() {
        session.seek(n);
        assert_eq!(stringify(&session.state()), forward[n as usize], "at record {n}");
    }
}

#[wasm_bindgen_test]
fn a_text_with_errors_is_an_error_with_a_code_and_diagnostics_in_utf16() {
    let source = "// 한국어 𝄞\nthread T (priority: 8) { worc 1us; }";
    let error = Session::open(source, None).map(|_| ()).expect_err("it does not compile");
    assert_eq!(text(&error, "code"), "scenario-has-errors");
    let checked = check(source);
    assert_eq!(get(&checked, "ok"), JsValue::FALSE);
    let diagnostics: Array = get(&checked, "diagnostics").unchecked_into();
    assert!(diagnostics.length() >= 1);
    let utf16: Vec<u16> = source.encode_utf16().collect();
    let first = diagnostics.get(0);
    let (from, to) = (number(&first, "from") as usize, number(&first, "to") as usize);
    assert!(String::from_utf16_lossy(&utf16[from..to]).starts_with("worc"), "the wrong word is underlined");
    assert_eq!(number(&first, "line"), 2.0);
    let message = get(&first, "message");
    assert!(text(&message, "key").starts_with("diag."), "a message is a key of the catalogues");
    let slots: Array = get(&message, "slots").unchecked_into();
    assert!(slots.iter().all(|slot| slot.is_string()), "and what goes into its slots");
}

#[wasm_bindgen_test]
fn a_record_that_does_not_exist_is_an_error_with_a_code() {
    let session = opened(PACKET);
    let error = session.record(session.len()).expect_err("it is past the end");
    assert_eq!(text(&error, "code"), "no-such-record");
}

#[wasm_bindgen_test]
fn the_editor_gets_tokens_completions_hover_and_formatting() {
    let triples = tokens(PACKET);
    assert!(triples.len().is_multiple_of(3) && triples.len() > 100);
    assert!(triples.iter().skip(2).step_by(3).all(|class| (*class as usize) < token_classes().len()));
    let at = PACKET.find("KeInsertQueueDpc").expect("it is there");
    let at = PACKET[..at].encode_utf16().count() as u32;
    assert!(text(&hover(PACKET, at + 2), "title").contains("KeInsertQueueDpc"));
    let items: Array = get(&complete(PACKET, at + 4), "items").unchecked_into();
    assert!(items.iter().any(|item| text(&item, "label") == "KeInsertQueueDpc"));
    let formatted = format(PACKET).expect("it has no syntax errors");
    assert_eq!(format(&formatted), Some(formatted.clone()), "formatting twice changes nothing");
    assert_eq!(format("thread {"), None);
}

#[wasm_bindgen_test]
fn the_catalogue_names_every_kind_and_status() {
    let catalogue = catalogue();
    let kinds: Array = get(&catalogue, "kinds").unchecked_into();
    assert!(kinds.iter().any(|kind| text(&kind, "name") == "DpcInserted"));
    assert_eq!(text(&get(&catalogue, "statuses"), "192"), "STATUS_USER_APC");
}

#[wasm_bindgen_test]
fn endless_code_ends_at_a_limit_that_has_a_name_and_a_line() {
    let session = opened("thread Spin (priority: 8) {\n    while (TRUE) { x = 1; }\n}");
    let outcome = session.outcome();
    assert_eq!(text(&outcome, "kind"), "limit");
    assert_eq!(text(&get(&outcome, "limit"), "name"), "ops_at_instant");
    assert_eq!(number(&outcome, "line"), 2.0);
}
