//! The properties that a mail may set.

/// What is special about a property's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing.
    Plain,
    /// May hold a picture.
    Picture,
    /// May hold names in quotes.
    Names,
    /// Sizes of letters, which have a limit.
    Letters,
    /// Outer distances, which may be negative only a little.
    Outer,
    /// One of a few words.
    Words(&'static [&'static str]),
}

/// What a property (lower case) is; none for one that is not let through.
pub(super) fn kind(name: &str) -> Option<Kind> {
    use Kind::*;
    Some(match name {
        "background" | "background-image" => Picture,
        "font-family" => Names,
        "font" => Letters,
        "font-size" => Letters,
        "margin" | "margin-top" | "margin-right" | "margin-bottom" | "margin-left" | "margin-inline" | "margin-inline-start" | "margin-inline-end" | "margin-block" | "margin-block-start"
        | "margin-block-end" => Outer,
        "position" => Words(&["static", "relative"]),
        "overflow" | "overflow-x" | "overflow-y" => Words(&["visible", "hidden", "auto", "clip"]),
        "align-content" | "align-items" | "align-self" | "background-attachment" | "background-clip" | "background-color" | "background-origin" | "background-position"
        | "background-position-x" | "background-position-y" | "background-repeat" | "background-size" | "border" | "border-block" | "border-block-end" | "border-block-start"
        | "border-bottom" | "border-bottom-color" | "border-bottom-left-radius" | "border-bottom-right-radius" | "border-bottom-style" | "border-bottom-width" | "border-collapse"
        | "border-color" | "border-inline" | "border-inline-end" | "border-inline-start" | "border-left" | "border-left-color" | "border-left-style" | "border-left-width"
        | "border-radius" | "border-right" | "border-right-color" | "border-right-style" | "border-right-width" | "border-spacing" | "border-style" | "border-top"
        | "border-top-color" | "border-top-left-radius" | "border-top-right-radius" | "border-top-style" | "border-top-width" | "border-width" | "box-shadow" | "box-sizing"
        | "caption-side" | "clear" | "color" | "column-count" | "column-gap" | "column-rule" | "column-width" | "columns" | "direction" | "display" | "empty-cells" | "flex"
        | "flex-basis" | "flex-direction" | "flex-flow" | "flex-grow" | "flex-shrink" | "flex-wrap" | "float" | "font-feature-settings" | "font-kerning" | "font-stretch" | "font-style"
        | "font-variant" | "font-weight" | "gap" | "grid-auto-columns" | "grid-auto-flow" | "grid-auto-rows" | "grid-column" | "grid-column-end" | "grid-column-start"
        | "grid-row" | "grid-row-end" | "grid-row-start" | "grid-template-columns" | "grid-template-rows" | "height" | "hyphens" | "justify-content" | "justify-items" | "justify-self"
        | "letter-spacing" | "line-height" | "list-style" | "list-style-position" | "list-style-type" | "max-height" | "max-width" | "min-height" | "min-width" | "object-fit"
        | "object-position" | "opacity" | "order" | "outline" | "outline-color" | "outline-style" | "outline-width" | "overflow-wrap" | "padding" | "padding-block" | "padding-block-end"
        | "padding-block-start" | "padding-bottom" | "padding-inline" | "padding-inline-end" | "padding-inline-start" | "padding-left" | "padding-right" | "padding-top" | "page-break-after"
        | "page-break-before" | "page-break-inside" | "quotes" | "row-gap" | "tab-size" | "table-layout" | "text-align" | "text-align-last" | "text-decoration" | "text-decoration-color"
        | "text-decoration-line" | "text-decoration-style" | "text-decoration-thickness" | "text-indent" | "text-overflow" | "text-shadow" | "text-transform" | "text-underline-offset"
        | "vertical-align" | "visibility" | "white-space" | "width" | "word-break" | "word-spacing" | "word-wrap" | "writing-mode" | "aspect-ratio" | "border-image-width"
        | "-webkit-border-radius" | "-webkit-box-sizing" | "-moz-box-sizing" | "-moz-border-radius" => Plain,
        _ => return None,
    })
}

/// Functions that compute a number, a colour or a gradient.
pub(super) fn is_function(name: &str) -> bool {
    matches!(
        name,
        "rgb" | "rgba" | "hsl" | "hsla" | "hwb" | "lab" | "lch" | "oklab" | "oklch" | "calc" | "min" | "max" | "clamp" | "linear-gradient" | "radial-gradient" | "repeating-linear-gradient"
            | "repeating-radial-gradient" | "-webkit-linear-gradient" | "conic-gradient" | "repeat" | "minmax" | "fit-content"
    )
}
