//! What has to stand in the environment before WebKitGTK starts. It is set first thing in `main`, while there is no other
//! thread that could be reading the environment. (Starting the program anew with it would be cleaner, and cost 70 ms of every
//! start for linking once more.)

use std::collections::BTreeMap;

/// Sets what the environment lacks. To be called before anything else, while the program has one thread.
#[cfg(target_os = "linux")]
pub fn prepare() {
    for (name, value) in wanted(&System::look()) {
        // Where it fails we go on as we are: without WebKit's sandbox, as other programs do.
        let _ = webkit2gtk::glib::setenv(name, value, true);
    }
}

/// Other systems need nothing.
#[cfg(not(target_os = "linux"))]
pub fn prepare() {}

/// What decides.
#[derive(Clone, Copy, Debug, Default)]
struct System {
    /// The person has an opinion on WebKit's sandbox.
    sandbox_chosen: bool,
    /// A sandbox can be made here.
    sandbox_works: bool,
    /// The person has an opinion on the DMA-BUF renderer.
    renderer_chosen: bool,
    /// NVIDIA's own driver runs the screen: windows stay blank with the DMA-BUF renderer.
    nvidia: bool,
    /// The person has an opinion on what paints.
    painter_chosen: bool,
    /// There is no graphics processor to paint with: OpenGL would be played by the processor, and inside WebKit's sandbox
    /// compile its shaders anew at every start (0.4 s until the first rows). Painting by the processor itself takes none.
    no_gpu: bool,
}

fn wanted(system: &System) -> BTreeMap<&'static str, &'static str> {
    let mut wanted = BTreeMap::new();
    if system.sandbox_works && !system.sandbox_chosen {
        wanted.insert("WEBKIT_FORCE_SANDBOX", "1");
    }
    if system.nvidia && !system.renderer_chosen {
        wanted.insert("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    }
    if system.no_gpu && !system.painter_chosen {
        wanted.insert("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1");
    }
    wanted
}

#[cfg(target_os = "linux")]
impl System {
    fn look() -> Self {
        let set = |name| std::env::var_os(name).is_some();
        let sandbox_chosen = set("WEBKIT_FORCE_SANDBOX") || set("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS");
        Self {
            sandbox_chosen,
            sandbox_works: !sandbox_chosen && sandbox_works(),
            renderer_chosen: set("WEBKIT_DISABLE_DMABUF_RENDERER"),
            nvidia: std::path::Path::new("/proc/driver/nvidia/version").exists(),
            painter_chosen: set("WEBKIT_SKIA_ENABLE_CPU_RENDERING"),
            no_gpu: !std::path::Path::new("/dev/dri").exists(),
        }
    }
}

/// Whether WebKit could make its sandbox: it ends the program where bubblewrap is missing or the kernel forbids user
/// namespaces, so this tries. Inside Flatpak, WebKit asks Flatpak for a sandbox by itself.
#[cfg(target_os = "linux")]
fn sandbox_works() -> bool {
    if std::path::Path::new("/.flatpak-info").exists() {
        return false;
    }
    let runs = |program: &str, args: &[&str]| {
        let quiet = std::process::Stdio::null;
        let status =
            std::process::Command::new(program).args(args).stdin(quiet()).stdout(quiet()).stderr(quiet()).status();
        status.is_ok_and(|s| s.success())
    };
    runs("bwrap", &["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--unshare-all", "--", "true"])
        && runs("xdg-dbus-proxy", &["--version"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_persons_own_choice_stands() {
        let all = System { sandbox_works: true, nvidia: true, no_gpu: true, ..System::default() };
        assert_eq!(wanted(&all).len(), 3);
        let chosen = System { sandbox_chosen: true, renderer_chosen: true, painter_chosen: true, ..all };
        assert_eq!(wanted(&chosen).len(), 0);
        assert_eq!(wanted(&System::default()).len(), 0);
    }
}
