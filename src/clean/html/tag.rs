//! The elements that the reader tells apart.

macro_rules! tags {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// An element's kind, or one of the two kinds of node that are not a known element.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Tag {
            /// The document itself: node 0.
            Root,
            /// A run of text.
            Text,
            /// An element that the reader does not tell apart; it is treated as a container.
            Unknown,
            $(
                #[doc = concat!("`<", $name, ">`")]
                $variant,
            )*
        }

        impl Tag {
            /// The number of kinds; every `tag as usize` is below it.
            pub const COUNT: usize = [Self::Root, Self::Text, Self::Unknown, $(Self::$variant),*].len();

            /// The kind of an element's name in any case; `Unknown` for names not told apart.
            pub fn of(name: &[u8]) -> Self {
                let mut lower = [0_u8; 10];
                let Some(lower) = lower.get_mut(..name.len()) else { return Self::Unknown };
                lower.copy_from_slice(name);
                lower.make_ascii_lowercase();
                Self::of_lower(lower)
            }

            fn of_lower(name: &[u8]) -> Self {
                $(
                    const $variant: &[u8] = $name.as_bytes();
                )*
                match name {
                    $($variant => Self::$variant,)*
                    _ => Self::Unknown,
                }
            }

            /// The element's name in lower case; empty for what is no known element.
            pub const fn name(self) -> &'static str {
                match self {
                    Self::Root | Self::Text | Self::Unknown => "",
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

#[expect(non_upper_case_globals, reason = "the macro names a constant like the variant it stands for")]
mod generated {
    tags! {
        A = "a", Abbr = "abbr", Address = "address", Area = "area", Article = "article", Aside = "aside",
        Audio = "audio", B = "b", Base = "base", Blockquote = "blockquote", Body = "body", Br = "br",
        Button = "button", Canvas = "canvas", Caption = "caption", Center = "center", Cite = "cite",
        Code = "code", Col = "col", Data = "data", Dd = "dd", Del = "del", Details = "details",
        Dialog = "dialog", Div = "div", Dl = "dl", Dt = "dt", Em = "em", Embed = "embed",
        Fieldset = "fieldset", Figcaption = "figcaption", Figure = "figure", Font = "font",
        Footer = "footer", Form = "form", H1 = "h1", H2 = "h2", H3 = "h3", H4 = "h4", H5 = "h5", H6 = "h6",
        Head = "head", Header = "header", Hr = "hr", Html = "html", I = "i", Iframe = "iframe", Img = "img",
        Input = "input", Ins = "ins", Label = "label", Li = "li", Link = "link", Main = "main",
        Map = "map", Mark = "mark", Math = "math", Menu = "menu", Meta = "meta", Nav = "nav",
        Nobr = "nobr", Noscript = "noscript", Object = "object", Ol = "ol", Optgroup = "optgroup",
        Option = "option", P = "p", Param = "param", Picture = "picture", Pre = "pre", Q = "q", S = "s",
        Samp = "samp", Script = "script", Section = "section", Select = "select", Small = "small",
        Source = "source", Span = "span", Strike = "strike", Strong = "strong", Style = "style",
        Sub = "sub", Summary = "summary", Sup = "sup", Svg = "svg", Table = "table", Tbody = "tbody",
        Td = "td", Template = "template", Textarea = "textarea", Tfoot = "tfoot", Th = "th",
        Thead = "thead", Time = "time", Title = "title", Tr = "tr", Track = "track", Tt = "tt", U = "u",
        Ul = "ul", Var = "var", Video = "video", Wbr = "wbr", Xmp = "xmp",
    }
}

pub use generated::Tag;

impl Tag {
    /// Elements that never have content.
    pub const fn is_void(self) -> bool {
        use Tag::{Area, Base, Br, Col, Embed, Hr, Img, Input, Link, Meta, Param, Source, Track, Wbr};
        matches!(self, Area | Base | Br | Col | Embed | Hr | Img | Input | Link | Meta | Param | Source | Track | Wbr)
    }

    /// Elements whose content is text up to their end tag, whatever it holds.
    pub const fn is_raw(self) -> bool {
        matches!(self, Self::Script | Self::Style | Self::Textarea | Self::Title | Self::Iframe | Self::Xmp)
    }

    /// Elements within a line of text: they neither end a paragraph nor begin one.
    pub const fn is_inline(self) -> bool {
        use Tag::{
            A, Abbr, B, Cite, Code, Data, Del, Em, Font, I, Ins, Label, Mark, Nobr, Q, S, Samp, Small, Span, Strike,
            Strong, Sub, Sup, Text, Time, Tt, U, Var, Wbr,
        };
        matches!(
            self,
            A | Abbr
                | B
                | Cite
                | Code
                | Data
                | Del
                | Em
                | Font
                | I
                | Ins
                | Label
                | Mark
                | Nobr
                | Q
                | S
                | Samp
                | Small
                | Span
                | Strike
                | Strong
                | Sub
                | Sup
                | Text
                | Time
                | Tt
                | U
                | Var
                | Wbr
        )
    }

    /// Elements whose start ends an open paragraph.
    pub const fn closes_paragraph(self) -> bool {
        use Tag::{
            Address, Article, Aside, Blockquote, Center, Dd, Details, Dialog, Div, Dl, Dt, Fieldset, Figcaption,
            Figure, Footer, Form, Header, Hr, Li, Main, Menu, Nav, Ol, P, Pre, Section, Summary, Table, Ul, Xmp,
        };
        self.is_heading()
            || matches!(
                self,
                Address
                    | Article
                    | Aside
                    | Blockquote
                    | Center
                    | Dd
                    | Details
                    | Dialog
                    | Div
                    | Dl
                    | Dt
                    | Fieldset
                    | Figcaption
                    | Figure
                    | Footer
                    | Form
                    | Header
                    | Hr
                    | Li
                    | Main
                    | Menu
                    | Nav
                    | Ol
                    | P
                    | Pre
                    | Section
                    | Summary
                    | Table
                    | Ul
                    | Xmp
            )
    }

    /// `<h1>` to `<h6>`.
    pub const fn is_heading(self) -> bool {
        matches!(self, Self::H1 | Self::H2 | Self::H3 | Self::H4 | Self::H5 | Self::H6)
    }

    /// Elements that an end tag of another element does not reach beyond.
    pub const fn is_scope(self) -> bool {
        matches!(self, Self::Root | Self::Table | Self::Td | Self::Th | Self::Caption | Self::Object | Self::Template)
    }
}
