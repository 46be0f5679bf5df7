//! PNG from the same SVG, at twice its size, with the embedded fonts.

use super::font::{Weight, bytes};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, OnceLock};

/// Why an SVG did not become a picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("the SVG cannot be read: {0}")]
    Svg(String),
    #[error("a picture of {0} × {1} pixels cannot be made")]
    Size(u32, u32),
    #[error("the PNG cannot be written: {0}")]
    Png(String),
}

/// Pixels of the PNG per pixel of the SVG.
const SCALE: u16 = 2;

/// The picture of an SVG as PNG. Only the embedded fonts are used, so that every machine makes the same bytes.
pub fn png(svg: &str) -> Result<Vec<u8>, PictureError> {
    let options = Options { fontdb: fonts(), ..Options::default() };
    let tree = Tree::from_str(&super::without_font(svg), &options).map_err(|error| PictureError::Svg(error.to_string()))?;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width() * u32::from(SCALE), size.height() * u32::from(SCALE));
    let mut picture = Pixmap::new(width, height).ok_or(PictureError::Size(width, height))?;
    let scale = f32::from(SCALE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| PictureError::Png(error.to_string()))
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(bytes(Weight::Regular).to_vec());
        fonts.load_font_data(bytes(Weight::Bold).to_vec());
        fonts.set_sans_serif_family(super::font::EMBEDDED);
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(load))
}
