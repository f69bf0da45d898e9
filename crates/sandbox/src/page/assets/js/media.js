// Files inside messages.

const fileUrl = (id) => `/file/${encodeURIComponent(id)}`;
const SEEN = ["photo", "video", "animation"];

/** One file of a message. */
function picture(message) {
  const file = message.media, url = fileUrl(file.file_id), kind = file.kind;
  const sides = file.width && file.height ? { width: file.width, height: file.height } : {};
  const cover = message.has_spoiler ? {
    class: "covered",
    click: (event) => {
      if (event.currentTarget.classList.contains("covered")) { event.preventDefault(); event.currentTarget.classList.remove("covered"); }
    },
  } : {};
  if (kind === "sticker") return el("span", { class: "sticker" }, file.emoji ?? "🖼");
  if (kind === "photo" || file.media_type === "image/gif" && kind === "animation") {
    return el("a", { href: url, target: "_blank", ...cover }, el("img", { src: url, alt: "Photo", ...sides }));
  }
  if (kind === "video") return el("video", { src: url, controls: true, playsinline: true, preload: "metadata", ...sides, ...cover });
  if (kind === "animation") return el("video", { src: url, autoplay: true, loop: true, muted: true, playsinline: true, ...sides, ...cover });
  const long = file.duration ? length(file.duration) : null;
  if (kind === "audio" || kind === "voice") {
    const title = kind === "voice" ? "Voice message" : file.title ?? file.file_name ?? "Audio";
    return el("div", { class: "sound" }, el("b", {}, title), el("small", {}, [file.performer, long].filter(Boolean).join(" · ")),
      el("audio", { src: url, controls: true, preload: "metadata" }));
  }
  const name = file.file_name ?? "file";
  return el("a", { class: "paper", href: url, download: name }, el("i", {}, name.split(".").pop().slice(0, 4)),
    el("span", {}, name, el("br"), el("small", {}, size(file.bytes))));
}

