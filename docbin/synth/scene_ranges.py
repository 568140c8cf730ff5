"""What photos with text are drawn from: configurations that share no font, photo or seed.

``TRAINING`` is for teaching networks, ``DEVELOPMENT`` for making methods, ``TEST`` for judging
them: its fonts, photographs, textures and seeds are held out. All were fixed before any method
that binarizes scene text, and are not to be changed to suit one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from docbin.synth.fields import Range

# Strokes so thin that they cover no pixel are nobody's signs.
_THIN = "(?!.*(Hairline|Thin|ExtraLight))"


@dataclass(frozen=True, slots=True)
class SceneRanges:
    """From what photos with text are drawn.

    Parameters
    ----------
    name
        Name of the configuration; the split of its photos.
    first
        Seed of its photo 0; photo n has seed ``first + n``.
    fonts
        Regular expression over names of font files without extension.
    photos
        Regular expression over names of photographs, see `docbin.synth.scene_backdrops.name_of`.
    textures
        Keys of `docbin.synth.scene_textures.TEXTURES`.
    faces
        Built-in faces that write where none of the fonts is installed.
    scenes
        Photos 0 … ``scenes − 1`` of 640 × 480 pixels are the set that is scored.
    texts
        Least and most blocks of text that are tried; those that find no room are left out.
    em
        Size of the letters as a share of the photo's shorter side; its logarithm is uniform.
    photograph
        Share of the photos whose background is a photograph rather than a texture.
    plate
        Share of the blocks on a sign of their own colour.
    contrast
        Difference of letters and what is around them, in gray levels; letters that differ by hue
        have the larger part of it there.
    outlined, shadowed, hollow, worn, graded
        Shares of the blocks with such letters.
    upright
        Share of the blocks whose lines run down.
    curved
        Share of the blocks of one line on an arc or a wave.
    turn, steep
        Greatest angle in degrees, to both sides; share of the blocks of any angle.
    perspective
        How far corners move, as a share of the block's sides.
    shade, glare, shadows
        Unevenness of the light; shares of photos with a reflection, with shadows cast.
    occlusion
        Share of the photos with things in front of the text.
    defocus
        Deviation of the blur in pixels.
    motion
        Length of the motion blur in pixels; three of ten photos have any.
    noise
        Deviation in gray levels.
    jpeg
        Least and greatest JPEG quality.
    smallest
        Letters of a smaller em, in pixels, are don't-care.
    hidden
        So are words that lost a greater share of their ink behind things,
    blurred
        those of photos whose blur reaches over a greater part of the em,
    faint
        and those whose ink is nearer to what is around it, in gray levels of one channel.
    """

    name: str
    first: int
    fonts: str
    photos: str
    textures: tuple[str, ...]
    faces: tuple[str, ...]
    scenes: int = 100
    texts: tuple[int, int] = (2, 9)
    em: Range = (0.018, 0.24)
    photograph: float = 0.65
    plate: float = 0.45
    contrast: Range = (30.0, 200.0)
    outlined: float = 0.15
    shadowed: float = 0.2
    hollow: float = 0.03
    worn: float = 0.06
    graded: float = 0.15
    upright: float = 0.12
    curved: float = 0.15
    turn: float = 14.0
    steep: float = 0.1
    perspective: float = 0.18
    shade: Range = (0.0, 0.5)
    glare: float = 0.12
    shadows: float = 0.3
    occlusion: float = 0.25
    defocus: Range = (0.3, 1.5)
    motion: Range = (2.0, 9.0)
    noise: Range = (0.5, 9.0)
    jpeg: tuple[int, int] = (40, 95)
    smallest: float = 10.0
    hidden: float = 0.5
    blurred: float = 0.4
    faint: float = 14.0


# Photos of a configuration; seeds of one never reach those of the other.
SPAN = 100_000_000

DEVELOPMENT = SceneRanges(
    "development",
    1 * SPAN,
    fonts=(
        f"{_THIN}(DejaVuS.*|Free(Sans|Serif).*|Lato-.*|OpenSans-.*|Cantarell-.*|Comfortaa-.*|LobsterTwo-.*"
        "|BebasNeue-.*|Play-.*|Quicksand-.*|LinBiolinum.*|LinLibertine_(R|I|M|RB|RI|RBI)"
        "|LiberationSans.*|OldStandard-.*|Kristi|NanumGothic(Bold)?|NanumBarunGothic.*|wqy-zenhei"
        "|uming|cwkai|VL-P?Gothic-Regular|kouzan-mouhitsu)"
    ),
    photos=(
        "Blinds|FreshFlower|Garden|GreenMeadow|Wood|YellowFlower|Autumn|ColorfulCups|DarkestHour"
        "|EveningGlow|Kite|OneStandsOut|summer_1am|SafeLanding|Canopee|Cascade|Cluster|Elarun"
        "|Honeywave|IceCold|Kay|MilkyWay|Opal|Shell|Kokkini|licorice-.|truchet-.|adwaita-.|wood-l"
        "|Elephants|chelsea|brick|gravel|moon|ihc|hubble_deep_field"
    ),
    textures=("plain", "gradient", "plaster", "brick", "brushed"),
    faces=("plain", "bold"),
)

TEST = SceneRanges(
    "test",
    2 * SPAN,
    fonts=(
        f"{_THIN}(Roboto.*|Cabin-.*|Dosis-.*|YanoneKaffeesatz-.*|EBGaramond.*|LeagueSpartan-.*|lobster"
        "|LiberationSerif-.*|NanumMyeongjo.*|NanumSquare.*|wqy-microhei|ukai|cwyen|ipaexm"
        "|aoyagi-soseki|DancingScript-.*|Amiri-.*|Lohit-Devanagari)"
    ),
    photos=(
        "Aqua|Dune|LadyBird|RainDrops|Storm|TwoWings|BytheWater|ColdRipple|FallenLeaf|Grey|Path"
        "|PastelHills|Altai|Volna|Patak|Flow|grid-.|wood-d|coffee|grass|camera"
    ),
    textures=("wood", "concrete", "tiles", "stripes", "patches"),
    faces=("book", "hand"),
)

# For networks: the development configuration's world, other seeds.
TRAINING = dataclasses.replace(DEVELOPMENT, name="training", first=3 * SPAN)

SCENES = {ranges.name: ranges for ranges in (DEVELOPMENT, TEST, TRAINING)}
