//! Drafts of catalog entries, from every form of source, beside the real catalog.

use std::path::Path;
use std::sync::LazyLock;

use curator::import::{Draft, ImportError, draft};
use domain::models::{Catalog, InputKind, Kind, Media, Model};

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn config() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/models");
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .expect("the catalog's directory")
        .map(|entry| entry.expect("an entry of it").path())
        .collect();
    files.sort();
    let toml = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    toml.map(|path| {
        (
            path.file_name().expect("a file has a name").to_string_lossy().into_owned(),
            std::fs::read_to_string(&path).expect("a catalog file is text"),
        )
    })
    .collect()
}

fn load(files: &[(String, String)]) -> Catalog {
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalog::load(&files).unwrap_or_else(|problems| {
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", told.join("\n"))
    })
}

fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| load(&config()));
    &CATALOG
}

fn drafts(name: &str) -> Vec<Draft> {
    draft(&fixture(name), catalog(), None).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn drafted(name: &str, id: &str) -> Draft {
    draft(&fixture(name), catalog(), Some(id)).unwrap_or_else(|error| panic!("{name}: {error}")).remove(0)
}

/// The draft as the loader understands it, beside the common titles.
fn loaded(draft: &Draft) -> Model {
    let common = config().into_iter().find(|(name, _)| name == "common.toml").expect("common titles");
    let catalog = load(&[common, ("draft.toml".to_owned(), draft.file())]);
    catalog.all().next().expect("one model").clone()
}

fn kind_of<'m>(model: &'m Model, name: &str) -> &'m InputKind {
    &model.input(name).unwrap_or_else(|| panic!("no input `{name}`")).kind
}

fn refused(text: &str) -> ImportError {
    draft(text, catalog(), None).expect_err("this text has no draft")
}

const SOURCES: [&str; 6] =
    ["page-video.md", "page-image-old.md", "wrapped-forms.json", "bare-speech.yaml", "registry.json", "registry.yaml"];

#[test]
fn every_draft_loads_and_is_hidden_without_a_price() {
    for name in SOURCES {
        for draft in drafts(name) {
            let model = loaded(&draft);
            assert_eq!(model.id.0, draft.id);
            assert!(!model.is_live(), "{name}: {} would be sold", draft.id);
            assert!(model.price_range().is_none(), "{name}: {} has a price", draft.id);
            assert!(draft.toml.contains("# REVIEW: the price"), "{name}: {}", draft.id);
            let complaints: Vec<_> = draft.remarks.iter().filter(|remark| remark.contains("does not load")).collect();
            assert!(complaints.is_empty(), "{name}: {complaints:?}");
        }
    }
}

/// A new model's draft, put into `config/models` as it is, changes nothing for the users: the whole catalog loads.
#[test]
fn a_new_draft_loads_beside_the_whole_catalog() {
    let live = catalog().live().count();
    for draft in SOURCES.iter().flat_map(|name| drafts(name)).filter(|draft| !draft.exists) {
        let mut files = config();
        files.push(("draft.toml".to_owned(), draft.file()));
        assert_eq!(load(&files).live().count(), live, "{}", draft.id);
    }
}

#[test]
fn no_transport_field_and_no_sample_gets_into_a_draft() {
    for draft in SOURCES.iter().flat_map(|name| drafts(name)) {
        let model = loaded(&draft);
        for input in model.inputs() {
            assert!(!input.name.to_lowercase().contains("callback"), "{}", draft.id);
            assert!(input.name != "model", "{}", draft.id);
            let own_words = matches!(input.kind, InputKind::Text(_) | InputKind::Media(_) | InputKind::Texts(_));
            assert!(!(own_words && input.default.is_some()), "{}: `{}` has a default", draft.id, input.name);
        }
        for sample in ["example.com", "A fox", "pink", "A city of glass", "somebody else"] {
            assert!(!draft.toml.contains(sample), "{}: `{sample}` is another's", draft.id);
        }
    }
}

#[test]
fn a_page_of_the_documentation_becomes_an_entry() {
    let draft = drafted("page-video.md", "wan/3-1-image-to-video");
    assert_eq!(draft.vendor.slug, "wan");
    assert!(!draft.exists);
    let model = loaded(&draft);
    assert_eq!((model.kind, model.title.en.as_str()), (Kind::ImageToVideo, "Wan 3.1 - Image to Video"));
    let InputKind::Text(prompt) = kind_of(&model, "prompt") else { panic!("no text") };
    assert_eq!((prompt.min_length, prompt.max_length), (3, 3000));
    let InputKind::Media(frame) = kind_of(&model, "first_frame_url") else { panic!("no file") };
    assert_eq!((frame.media, frame.list, frame.max_file_bytes), (Media::Image, false, Some(20_000_000)));
    assert_eq!(frame.mime, ["image/jpeg", "image/png", "image/webp"]);
    let InputKind::Media(clips) = kind_of(&model, "reference_clip_urls") else { panic!("no files") };
    assert_eq!((clips.media, clips.list, clips.max_items), (Media::Video, true, 3));
    assert_eq!((clips.max_millis, clips.max_total_millis), (Some(15_000), Some(30_000)));
    let InputKind::Integer(duration) = kind_of(&model, "duration") else { panic!("no number") };
    assert_eq!((duration.min, duration.max, duration.as_text), (2, 15, false));
    let InputKind::Objects(shots) = kind_of(&model, "multi_prompt") else { panic!("no objects") };
    assert_eq!((shots.max_items, shots.fields.len()), (6, 2));
    assert!(model.input("return_last_frame").is_none(), "deprecated");
    assert!(
        matches!(kind_of(&model, "nsfw_checker"), InputKind::Fixed(value) if *value == true),
        "the house's constant"
    );
    for told in
        ["sends type string where the schema says integer", "`return_last_frame` is left out", "exclude each other"]
    {
        assert!(draft.toml.contains(told), "{told}");
    }
}

#[test]
fn wire_types_stay_exact() {
    let old = loaded(&drafted("page-image-old.md", "chroma/paint-edit"));
    assert_eq!(old.input("num_images").unwrap().choices()[0].wire.to_json(), "1");
    assert_eq!(old.input("style_strength").unwrap().choices()[0].wire.to_json(), 1);
    assert!(matches!(kind_of(&old, "guidance_scale"), InputKind::Number(rule) if rule.step.is_some()));
    assert!(matches!(kind_of(&old, "steps"), InputKind::Integer(_)));
    assert!(matches!(kind_of(&old, "output_format"), InputKind::Fixed(value) if value == "png"));
    assert!(old.input("strength").unwrap().default.is_none(), "3 is past the bound");
    assert!(matches!(kind_of(&old, "mask"), InputKind::Media(rule) if !rule.list));
    assert!(
        matches!(kind_of(&old, "image_urls"), InputKind::Media(rule) if (rule.min_items, rule.max_items) == (2, 14))
    );
    assert_eq!(old.input("palette_name").unwrap().choices().len(), 2);
    assert!(old.input("palette").is_none() && old.input("raw").is_none());

    let omni = loaded(&drafted("wrapped-forms.json", "kling-9.0-omni/video"));
    assert!(
        matches!(kind_of(&omni, "duration"), InputKind::Integer(rule) if rule.as_text && (rule.min, rule.max) == (3, 12))
    );
    assert!(matches!(kind_of(&omni, "task_id"), InputKind::Task(_)));
    assert!(omni.input("prompt").unwrap().required && !omni.input("image_urls").unwrap().required);

    let speech = loaded(&drafted("bare-speech.yaml", "elevenlabs/text-to-speech-v9"));
    let wires: Vec<_> =
        speech.input("stability").unwrap().choices().iter().map(|choice| choice.wire.number()).collect();
    assert_eq!(wires.len(), 3);
    let modes: Vec<_> = speech.input("mode").unwrap().choices().iter().map(|choice| choice.key.to_string()).collect();
    assert_eq!(modes, ["on", "no", "012"], "words of YAML 1.1 stay words");
    assert!(speech.input("loop").is_none(), "a reference to itself ends");
}

#[test]
fn a_document_with_two_ids_makes_two_drafts_and_an_id_picks_one() {
    let ids: Vec<_> = drafts("bare-speech.yaml").into_iter().map(|draft| draft.id).collect();
    assert_eq!(ids, ["elevenlabs/text-to-speech-v9", "elevenlabs/text-to-speech-v9-fast"]);
    assert_eq!(drafted("bare-speech.yaml", "elevenlabs/text-to-speech-v9-fast").id, ids[1]);
    let error = draft(&fixture("registry.yaml"), catalog(), Some("nova/none")).unwrap_err();
    let ImportError::NoSuchModel { wanted, known } = error else { panic!("{error}") };
    assert_eq!(wanted, "nova/none");
    assert!(known.starts_with("`z-image`, `nova/scene-edit`"), "{known}");
}

#[test]
fn kinds_and_vendors_are_guessed_from_words_and_relatives() {
    for (source, id, kind, vendor) in [
        ("wrapped-forms.json", "kling-9.0-omni/video", Kind::TextToVideo, "kling"),
        ("bare-speech.yaml", "elevenlabs/text-to-speech-v9", Kind::TextToSpeech, "elevenlabs"),
        ("page-image-old.md", "chroma/paint-edit", Kind::ImageEdit, "chroma"),
        ("registry.json", "nova/dream-text-to-video", Kind::TextToVideo, "nova"),
        ("registry.json", "nano-banana-pro", Kind::TextToImage, "google"),
        ("registry.json", "grok-imagine/upscale", Kind::Upscale, "xai"),
        ("registry.yaml", "nova/scene-edit", Kind::ImageEdit, "nova"),
        ("registry.yaml", "kling/v1-avatar-standard", Kind::Avatar, "kling"),
        ("registry.yaml", "nova/real-name", Kind::TextToSpeech, "nova"),
    ] {
        let draft = drafted(source, id);
        assert_eq!((loaded(&draft).kind, draft.vendor.slug.as_str()), (kind, vendor), "{id}");
        assert!(draft.remarks.iter().any(|remark| remark.contains("is a guess")), "{id}");
    }
}

#[test]
fn what_the_catalog_has_already_is_said() {
    for (source, id, told) in [
        ("registry.json", "nano-banana-pro", "in the catalog already, and sold"),
        ("registry.yaml", "sora-watermark-remover", "in the catalog already, hidden (withdrawn"),
        ("registry.yaml", "google/veo-3", "leads to `veo-3-1`"),
        ("registry.yaml", "kling/v1-avatar-standard", "leads to `kling/ai-avatar-standard`"),
    ] {
        let draft = drafted(source, id);
        assert!(draft.exists, "{id}");
        assert!(draft.remarks[0].contains(told), "{id}: {}", draft.remarks[0]);
    }
    assert!(!drafted("registry.yaml", "z-image").remarks.is_empty());
    assert!(!drafted("registry.yaml", "nova/scene-edit").exists);
}

/// What the predecessor paid is shown for comparison, by the choice that it hung on, and never as a price.
#[test]
fn prices_of_the_predecessor_come_as_comments() {
    let draft = drafted("registry.json", "nova/dream-text-to-video");
    assert!(
        draft.toml.contains(r#"#   { when = { duration = "10" }, credits = 139.5, per = "generation" },"#),
        "{}",
        draft.toml
    );
    let draft = drafted("registry.json", "nano-banana-pro");
    assert!(
        draft.toml.contains(r#"#   { when = { resolution = "4K" }, credits = 24, per = "image" },"#),
        "{}",
        draft.toml
    );
    assert!(draft.toml.lines().filter(|line| line.contains("credits")).all(|line| line.starts_with('#')));
}

/// With the price table uncommented and `hidden` gone, nothing but what says so keeps it from being sold.
#[test]
fn a_reviewed_draft_can_be_sold() {
    let draft = drafted("registry.json", "nova/dream-text-to-video");
    let (entry, price) = draft.toml.split_once("# REVIEW: the price").unwrap();
    let entry: String =
        entry.lines().filter(|line| !line.starts_with("hidden")).map(|line| format!("{line}\n")).collect();
    let entry = entry.replace("summary = ", "example = { ru = \"odin\", en = \"one\" }\nsummary = ");
    let price: String = price.lines().skip(1).map(|line| format!("{}\n", line.trim_start_matches("# "))).collect();
    let price = price.replace("YYYY-MM-DD", "2026-10-10");
    let file = format!("vendor = {{ slug = \"nova\", name = \"Nova\" }}\n{entry}{price}");
    let catalog = load(&[("draft.toml".to_owned(), file)]);
    assert_eq!(catalog.live().count(), 1);
}

/// No two models may share a title: a draft steps aside, and two drafts of one document do not share the heading.
#[test]
fn a_title_that_another_model_has_is_made_unlike_it() {
    let text = fixture("page-video.md");
    let taken = text.replace("# Wan 3.1 - Image to Video", "# Kling 3.0");
    let draft_of = |text: &str| draft(text, catalog(), None).unwrap().remove(0);
    assert!(draft_of(&taken).toml.contains("Kling 3.0 (wan/3-1-image-to-video)"));
    let two = text.replace(
        "- wan/3-1-image-to-video\n                  default",
        "- wan/a\n                    - wan/b\n                  default",
    );
    let titles: Vec<_> = draft(&two, catalog(), None).unwrap().iter().map(|draft| loaded(draft).title.en).collect();
    assert_eq!(titles, ["Wan A", "Wan B"]);
}

/// `A` is a musical key for one input of the catalog: that says nothing of another input's `A`. `auto` means the same everywhere.
#[test]
fn labels_are_lent_only_where_they_mean_the_same() {
    let model = loaded(&drafted("page-image-old.md", "chroma/paint-edit"));
    let label = |name: &str, key: &str| {
        let input = model.input(name).unwrap();
        input.choices().iter().find(|choice| choice.key.as_str() == key).unwrap().label.en.clone()
    };
    assert!(label("palette_name", "A").starts_with("REVIEW"));
    assert!(!label("image_size", "auto").starts_with("REVIEW"));
    assert_eq!(label("image_size", "3:2"), "3:2");
    let mood = drafted("registry.json", "nova/dream-text-to-video");
    assert!(!mood.toml.contains("Разрешение"), "`mode` is no resolution here");
}

#[test]
fn the_same_text_gives_the_same_draft() {
    for name in SOURCES {
        assert_eq!(drafts(name), drafts(name));
    }
}

#[test]
fn texts_that_are_no_source_are_refused_with_what_to_do() {
    let page = fixture("page-video.md");
    let (before, after) = page.split_once("```yaml").unwrap();
    let without_id = fixture("page-image-old.md").replace("model: chroma/paint-edit", "kind: none");
    let bomb = format!("a: &a [x]\n{}", "b: [*a, *a, *a, *a, *a]\n".repeat(100));
    let deep = format!("paths: {}", "[".repeat(5_000));
    for (text, wanted) in [
        ("", "empty"),
        ("\u{feff} \n", "empty"),
        ("<!DOCTYPE html><title>Documentation</title>", "HTML"),
        ("{\"models\": [", "no JSON (line 1"),
        ("just words", "neither an OpenAPI document"),
        ("answer: 42", "neither an OpenAPI document"),
        ("paths: [", "no readable YAML"),
        (bomb.as_str(), "no readable YAML"),
        (deep.as_str(), "no readable YAML"),
        (&format!("{}1{}", "[".repeat(500), "]".repeat(500)), "no JSON"),
        (before, "no ```yaml block"),
        (&format!("{before}```yaml\nname: something\n```\n"), "no ```yaml block"),
        (&format!("{before}```yaml{}", &after[..after.len() / 2]), "ends within its ````yaml` block"),
        (&format!("{before}```yaml\npaths:\n  /a: [\n```\n"), "no readable YAML"),
        (&fixture("other-endpoint.yaml"), "(`/api/v1/veo/generate`)"),
        (&without_id, "names no model"),
        ("{\"code\":200,\"data\":{\"openapi\":null}}", "no schema for this model"),
        ("{\"data\":{\"openapi\":\"just words\"}}", "neither an OpenAPI document"),
        ("{\"models\":[]}", "holds no models"),
        ("models: {a: {model_type: x}}", "holds no models"),
    ] {
        let told = refused(text).to_string();
        assert!(told.contains(wanted), "{told}");
        assert!(told.contains(';'), "no remedy: {told}");
    }
    assert!(matches!(refused(&"a".repeat(5_000_000)), ImportError::TooLarge { bytes: 5_000_000, .. }));
}

/// References are followed where KIE uses them, within lists too; a bomb of references is cut, and the draft says so.
#[test]
fn references_are_followed_within_bounds() {
    let head = "paths:\n  /api/v1/jobs/createTask:\n    post:\n      responses: {}\n      requestBody:\n        content:\n          \
                application/json:\n            schema:\n              properties:\n                model: {enum: [nova/a]}\n                \
                input: {properties: {shots: {type: array, items: {$ref: '#/components/schemas/S0'}}, prompt: {type: string}}}\n";
    let plain =
        format!("{head}components: {{schemas: {{S0: {{properties: {{text: {{type: string, maxLength: 9}}}}}}}}}}\n");
    let model = loaded(&draft(&plain, catalog(), None).unwrap()[0]);
    assert!(matches!(kind_of(&model, "shots"), InputKind::Objects(rule) if rule.fields[0].name == "text"));
    let mut bomb = format!("{head}components:\n  schemas:\n");
    for level in 0..8 {
        let next = format!("{{$ref: '#/components/schemas/S{}'}}", level + 1);
        let fields: Vec<_> = (0..20).map(|field| format!("f{field}: {next}")).collect();
        bomb.push_str(&format!("    S{level}: {{properties: {{{}}}}}\n", fields.join(", ")));
    }
    let drafts = draft(&bomb, catalog(), None).unwrap();
    assert!(drafts[0].remarks.iter().any(|remark| remark.contains("were cut")), "{:?}", drafts[0].remarks);
}

/// Figures at the edge of what a number can hold, bounds the wrong way round, and steps of nothing: no panic, and the loader's word is told.
#[test]
fn absurd_figures_are_reported() {
    let bounds = [
        ("integer", "-9223372036854775808", "9223372036854775807", "9223372036854775807"),
        ("integer", "-9000000000000", "9000000000000", "9000000000000"),
        ("number", "-9000000000000.5", "1e300", "9000000000000.5"),
        ("number", "10", "1", "5"),
        ("string", "-1", "0", "5"),
    ];
    for (kind, min, max, default) in bounds {
        let schema =
            format!(r#"{{"type":"{kind}","min":{min},"max":{max},"default":{default},"multipleOf":0,"maxLength":0}}"#);
        let list = format!(r#"{{"type":"{kind}","enum":[{min},{max},{default},1,2,3,4,5,6,7,8,9]}}"#);
        let text = format!(r#"{{"models":{{"nova/a":{{"input":{{"a":{schema},"b":{list}}}}}}}}}"#);
        let drafts = draft(&text, catalog(), None).unwrap();
        let file = drafts[0].file();
        let told = drafts[0].remarks.iter().any(|remark| remark.contains("does not load"));
        assert_eq!(Catalog::load(&[("draft", &file)]).is_err(), told, "{file}");
    }
}

/// A text cut anywhere gives a draft, a remark or a refusal, never a panic.
#[test]
fn a_text_cut_anywhere_does_no_harm() {
    let catalog = catalog();
    for name in ["bare-speech.yaml", "wrapped-forms.json", "registry.yaml"] {
        let text = fixture(name);
        for end in (0..text.len()).step_by(97).filter(|end| text.is_char_boundary(*end)) {
            for draft in draft(&text[..end], catalog, None).unwrap_or_default() {
                loaded(&draft);
            }
        }
    }
}

#[test]
fn a_schema_sent_as_text_within_the_answer_is_read_too() {
    let inner = serde_json::Value::String(fixture("bare-speech.yaml"));
    let outer = serde_json::json!({ "code": 200, "data": { "openapi": inner } });
    assert_eq!(draft(&outer.to_string(), catalog(), None).unwrap(), drafts("bare-speech.yaml"));
}

fn shown(draft: &Draft) -> String {
    format!("{}\n--- remarks\n{}\n", draft.file(), draft.remarks.join("\n"))
}

#[test]
fn the_draft_of_a_video_model_reads_well() {
    insta::assert_snapshot!(shown(&drafted("page-video.md", "wan/3-1-image-to-video")));
}

#[test]
fn the_draft_of_a_predecessors_model_reads_well() {
    insta::assert_snapshot!(shown(&drafted("registry.json", "nova/dream-text-to-video")));
}
