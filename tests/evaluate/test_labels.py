"""Labels of text regions: every format in its published layout, and what may be wrong in one."""

import json

import numpy as np
import pytest

from docbin.errors import InputError, UsageError
from docbin.evaluate.labels import FORMATS, read_labels
from docbin.regions import TextRegion

QUAD = "10,20,60,20,60,40,10,40"
SQUARE = [[10, 20], [60, 20], [60, 40], [10, 40]]


def read(tmp_path, format, content, name="gt_img_1.txt"):
    """Write one file of labels and return the only page that is in it."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (page,) = read_labels(path, format).pages
    return page


def told(page):
    return [(label.text, label.care) for label in page.labels]


def complaints(page):
    return [(problem.line, problem.left_out) for problem in page.problems]


def corners(page, index=0):
    return page.labels[index].region.polygon.tolist()


def test_icdar2013_of_the_test_set_and_of_the_training_set(tmp_path):
    test = read(tmp_path, "icdar2013", '38, 43, 920, 215, "Tired, ""so"" tired"\r\n')
    assert corners(test) == [[38, 43], [920, 43], [920, 215], [38, 215]]
    assert told(test) == [('Tired, ""so"" tired', True)]
    train = read(tmp_path, "icdar2013", '158 128 411 181 "Foot path"\n1 2 3 4 "###"\n')
    assert told(train) == [("Foot path", True), ("###", False)]
    assert train.name == "img_1"


def test_icdar2015_with_bom_crlf_and_commas(tmp_path):
    content = f"\ufeff{QUAD},Joint, Venture\r\n\r\n0,0,9,0,9,9,0,9,###\r\n".encode()
    page = read(tmp_path, "icdar2015", content)
    assert told(page) == [("Joint, Venture", True), ("###", False)]
    assert corners(page) == SQUARE
    assert [label.line for label in page.labels] == [1, 3]
    assert page.problems == ()


def test_a_separator_of_unicode_ends_no_line(tmp_path):
    page = read(tmp_path, "icdar2015", f"{QUAD},one\u2028two\x0bthree")
    assert told(page) == [("one\u2028two\x0bthree", True)]


def test_sroie_has_nothing_that_nobody_cares_for(tmp_path):
    page = read(tmp_path, "sroie", f"{QUAD},NO.53 55,57 & 59,\n0,0,9,0,9,9,0,9,###\n", "007.csv")
    assert told(page) == [("NO.53 55,57 & 59,", True), ("###", True)]
    assert page.name == "007"


def test_icdar2017_mlt(tmp_path):
    page = read(
        tmp_path, "icdar2017-mlt",
        f"{QUAD},Arabic,اهلا, hello\n0,0,9,0,9,9,0,9,None,###\n0,0,8,0,8,9,0,9,Klingon,x\n",
    )  # fmt: skip
    assert told(page) == [("اهلا, hello", True), ("###", False), ("x", True)]
    assert [label.language for label in page.labels] == ["Arabic", "None", "Klingon"]
    assert complaints(page) == [(3, False)]
    # Labels of ICDAR 2015 have no script.
    wrong = read(tmp_path, "icdar2017-mlt", f"{QUAD},hello\n")
    assert [problem.reason for problem in wrong.problems if "script" in problem.reason]


def test_total_text_over_several_lines(tmp_path):
    page = read(
        tmp_path, "total-text",
        "x: [[10 60\n 60 10]], y: [[20 20 40 40]], ornt: [u'c'], "
        "transcriptions: [u'it\\'s [caf\\xe9]']\n"
        "x: [[0 9 9]], y: [[0 0 9]], ornt: [u'#'], transcriptions: [u'#']\n"
        "x: [[0 9 9]], y: [[0 0 8]], ornt: [u'h'], transcriptions: [u\"it's\"]\n"
        "x: [[0 9 9]], y: [[0 0]], ornt: [u'h'], transcriptions: [u'no']\n"
        "x: [[0 9 7]], y: [[0 0 7]]\n",
        "poly_gt_img11.txt",
    )  # fmt: skip
    assert page.name == "img11"
    assert told(page) == [("it's [café]", True), ("#", False), ("it's", True), (None, True)]
    assert corners(page) == SQUARE
    assert complaints(page) == [(5, True), (6, False)]


def test_ctw1500_in_its_three_forms(tmp_path):
    points = [(10 + i, 5) for i in range(7)] + [(16 - i, 9) for i in range(7)]
    flat = ",".join(f"{x},{y}" for x, y in points)
    test = read(tmp_path, "ctw1500", f"{flat},####hello, world\n{QUAD},#######\n", "0001.txt")
    assert told(test) == [("hello, world", True), ("###", False)]
    assert corners(test) == [list(point) for point in points]
    offsets = ",".join(f"{x - 10},{y - 5}" for x, y in points)
    train = read(tmp_path, "ctw1500", f"10,5,16,9,{offsets}\n", "0002.txt")
    assert corners(train) == corners(test)
    xml = read(
        tmp_path, "ctw1500",
        '<Annotations><image file="0003.jpg">\n<box height="4" left="10" top="5" width="6">'
        f"<label>caf&amp;é</label><segs>{flat}</segs></box>\n<box><segs>1,2,3</segs></box>\n"
        "</image></Annotations>",
        "0003.xml",
    )  # fmt: skip
    assert told(xml) == [("caf&é", True)]
    assert corners(xml) == corners(test)
    assert complaints(xml) == [(3, True)]


def test_msra_td500_turns_clockwise_on_the_screen(tmp_path):
    page = read(
        tmp_path, "msra-td500", f"0 0 10 20 40 10 {np.pi / 2}\r\n1 1 0 0 5 4 0\n", "IMG_0030.gt"
    )
    # The upper left corner goes to the upper right.
    wanted = [[35, 5], [35, 45], [25, 45], [25, 5]]
    assert np.allclose(corners(page), wanted)
    assert told(page) == [(None, True), (None, False)]


VOC = """<annotation>
<size><width>99</width></size>
<object><name>2_handwritten</name><difficult>0</difficult>
<bndbox><xmin>10</xmin><ymin>20</ymin><xmax>60</xmax><ymax>40</ymax></bndbox></object>
<object><name>5_stamp</name><difficult>1</difficult>
<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>6</xmax><ymax>4</ymax></bndbox></object>
<object><name>5_stamp</name></object>
</annotation>"""


def test_ndl_docl(tmp_path):
    page = read(tmp_path, "ndl-docl", VOC, "1029114_5.xml")
    assert corners(page) == SQUARE
    assert [(label.region.kind, label.care) for label in page.labels] == [
        ("2_handwritten", True), ("5_stamp", False),
    ]  # fmt: skip
    assert complaints(page) == [(7, True)]
    assert len(page.of_kinds(["5_stamp"])) == 1


DKDS = "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height\n"


def test_dkds_has_all_pages_in_one_table(tmp_path):
    path = tmp_path / "annotations.csv"
    path.write_text(
        f"{DKDS}Kuzushiji,10,20,50,20,a_1.jpg,99,99\nSeal,1,2,3,4,b.jpg,99,99\n"
        "Kuzushiji,1,2,x,4,a_1.jpg,99,99\nKuzushiji,1,2,0,4,a_1.jpg\nSeal,1,2\n"
    )
    found = read_labels(path, "dkds")
    pages = {page.name: page for page in found.pages}
    assert list(pages) == ["a_1", "b"]
    assert corners(pages["a_1"]) == SQUARE
    assert pages["b"].labels[0].region.kind == "Seal"
    assert complaints(pages["a_1"]) == [(4, True), (5, True)]
    assert [(problem.line, problem.left_out) for problem in found.strays] == [(6, True)]
    assert found.counts()["left_out"] == 3


def test_dkds_without_a_column(tmp_path):
    path = tmp_path / "annotations.csv"
    path.write_text("label_name,bbox_x\nSeal,1\n")
    with pytest.raises(InputError, match="no column bbox_y, bbox_width, bbox_height, image_name"):
        read_labels(path, "dkds")


def test_coco_text_one_and_two(tmp_path):
    path = tmp_path / "cocotext.v2.json"
    box = {"bbox": [10, 20, 50, 20], "image_id": 7, "utf8_string": "a", "language": "english"}
    annotations = {
        "1": {**box, "mask": [1, 2, 9, 2, 9, 9], "legibility": "legible"},
        "2": {**box, "polygon": [], "legibility": "illegible"},
        "3": {**box, "image_id": 8, "mask": [1, 2]},
        "4": {**box, "image_id": 9},
        "5": {"image_id": 7, "bbox": [1, 2, float("inf"), 4]},
        "6": {"image_id": 7, "bbox": [1, 2, 10**400, 4]},
        "7": {"image_id": 7, "bbox": "1 2 3 4"},
        "8": 5,
    }
    images = {"7": {"file_name": "COCO_train_7.jpg"}, "8": {}, "10": {"file_name": "empty.jpg"}}
    path.write_text(json.dumps({"imgs": images, "anns": annotations}))
    found = read_labels(path, "coco-text")
    first, second, empty = found.pages
    assert (first.name, empty.name, empty.labels) == ("COCO_train_7", "empty", ())
    assert corners(first) == [[1, 2], [9, 2], [9, 9]]
    assert corners(first, 1) == corners(second) == SQUARE
    assert told(first) == [("a", True), ("a", False)]
    assert [problem.left_out for problem in first.problems] == [True, True, True]
    assert [problem.left_out for problem in second.problems] == [False]
    assert len(found.strays) == 2
    assert "annotation 4" in str(found.strays[0])
    assert found.counts()["left_out"] == 5


def test_results_with_and_without_scores(tmp_path):
    page = read(
        tmp_path, "regions", f"{QUAD}\n{QUAD[:-2]}41,0.25\n1,2,3,4,1\n1,2,3,4,7\nabc\n1,2\n"
    )
    scores = [label.region.score for label in page.labels]
    assert scores == [None, 0.25, 1]
    assert corners(page, 2) == [[1, 2], [3, 2], [3, 4], [1, 4]]
    assert complaints(page) == [(4, True), (5, True), (6, True)]


@pytest.mark.parametrize(
    "line",
    [
        "1,2,3,4,5,6,7",
        "1,2,3,4,5,6,7,nan,a",
        "1,2,3,4,5,6,7,inf,a",
        "1,2,3,4,5,6,7,1e99,a",
        "1,2,3,4,5,6,1_0,8,a",
        "a,1,2,3,4,5,6,7,8",
        "5,5,5,5,5,5,5,5,one point",
        "1,1,9,9,1,1,9,9,two points",
        "0,0,10,0,20,0,30,0,a line",
        "0,0,30,10,60,20,90,30,a slanted line",
    ],
)
def test_what_is_no_region_is_left_out_with_its_line(tmp_path, line):
    page = read(tmp_path, "icdar2015", f"{QUAD},good\n{line}\n")
    assert told(page) == [("good", True)]
    assert complaints(page) == [(2, True)]
    assert str(page.problems[0]).startswith("gt_img_1.txt, line 2: ")
    assert str(page.problems[0]).endswith("; left out")


def test_an_outline_that_crosses_itself_is_nobodys_care(tmp_path):
    page = read(tmp_path, "icdar2015", "0,0,10,10,10,0,0,10,bow tie\n0,0,9,0,9,0,9,9,triangle\n")
    assert told(page) == [("bow tie", False), ("triangle", True)]
    assert complaints(page) == [(1, False)]
    assert "crosses itself" in page.problems[0].reason


def test_the_same_outline_twice(tmp_path):
    turned = "60,40,10,40,10,20,60,20,again"
    mirrored = "10,40,60,40,60,20,10,20,mirrored"
    page = read(tmp_path, "icdar2015", f"{QUAD},first\n{turned}\n{mirrored}\n{QUAD[:-1]}1,other\n")
    assert told(page) == [("first", True), ("other", True)]
    assert complaints(page) == [(2, True), (3, True)]
    assert "that of line 1" in page.problems[0].reason


def test_a_missing_transcription_is_told(tmp_path):
    page = read(tmp_path, "icdar2015", QUAD)
    assert told(page) == [(None, True)]
    assert complaints(page) == [(1, False)]


def test_too_many_corners(tmp_path):
    page = read(tmp_path, "ctw1500", ",".join(["1,2"] * 3000) + ",####a")
    assert page.labels == ()
    assert "3000 corners" in page.problems[0].reason


def test_an_empty_file_is_a_page_without_text(tmp_path):
    for content in (b"", b"\xef\xbb\xbf", b"\r\n \r\n"):
        page = read(tmp_path, "icdar2015", content)
        assert (page.labels, page.problems) == ((), ())


@pytest.mark.parametrize(
    ("format", "name", "content", "message"),
    [
        ("icdar2015", "a.txt", b"1,2\n3,\xff4", "line 2: not UTF-8"),
        ("ndl-docl", "a.xml", b"<a>\n<b></a>", "line 2: no XML"),
        ("ndl-docl", "a.xml", b"", "no XML"),
        (
            "ndl-docl", "a.xml",
            b'<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>', "entities are not allowed",
        ),
        ("coco-text", "a.json", b"{", "no JSON"),
        ("coco-text", "a.json", b"[" * 100_000, "no JSON"),
        ("coco-text", "a.json", b"[]", "no object 'imgs'"),
        ("dkds", "a.csv", DKDS.encode() + b'"open', "no table"),
        ("dkds", "a.csv", b"", "no column"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read(tmp_path, format, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_labels(tmp_path / name, format)


def test_one_bad_file_of_a_folder_stops_nothing(tmp_path):
    for number in (10, 2, 1):
        (tmp_path / f"gt_img_{number}.txt").write_text(f"{QUAD},{number}\n1,2\n")
    (tmp_path / "gt_img_3.txt").write_bytes(b"\xff")
    (tmp_path / "notes.md").write_text("no labels")
    found = read_labels(tmp_path, "icdar2015")
    assert [page.name for page in found.pages] == ["img_1", "img_2", "img_10"]
    assert [problem.file.name for problem in found.failures] == ["gt_img_3.txt"]
    assert found.counts() == {
        "pages": 3, "labels": 3, "care": 3, "dont_care": 0, "left_out": 4, "remarks": 0,
        "unreadable_files": 1,
    }  # fmt: skip
    assert found.kinds() == {"text": 3}


def test_folders_and_names_that_will_not_do(tmp_path):
    with pytest.raises(UsageError, match="Did you mean 'icdar2015'"):
        read_labels(tmp_path, "icdar15")
    with pytest.raises(InputError, match=r"no labels of 'dkds' \(files .csv\)"):
        read_labels(tmp_path, "dkds")
    with pytest.raises(InputError, match="there is no such file"):
        read_labels(tmp_path / "none", "icdar2015")
    for name in ("gt_img_1.txt", "img_1.txt"):
        (tmp_path / name).write_text("")
    with pytest.raises(InputError, match="labels of one page, 'img_1'"):
        read_labels(tmp_path, "icdar2015")


def test_every_format_of_the_table_says_what_it_is():
    for name in FORMATS:
        format = FORMATS.create(name)
        assert format.suffixes
        assert format.about


def test_regions_are_checked():
    assert not TextRegion([(0, 0), (1, 0), (1, 1)]).polygon.flags.writeable
    for points in ([(0, 0), (1, 1)], [(0, 0, 0)] * 3, [(0, 0), (1, "a"), (2, 2)], 5, [[1], [2, 3]]):
        with pytest.raises(InputError, match="polygon"):
            TextRegion(points)
    with pytest.raises(InputError, match="score"):
        TextRegion([(0, 0), (1, 0), (1, 1)], score=1.5)


REAL = {
    ("icdar2015", "icdar2015/gt/test"): (500, 5230, 2077),
    ("icdar2015", "icdar2015/gt/train"): (1000, 11886, 4468),
    ("msra-td500", "msra-td500/gt"): (300, 1068, 967),
    ("sroie", "sroie/gt"): (40, 2301, 2301),
    ("ndl-docl", "ndl-docl/gt"): (16, 600, 600),
    ("dkds", "dkds/gt/annotations_testing-E.csv"): (50, 11516, 11516),
    ("dkds", "dkds/gt/annotations_testing-D.csv"): (50, 11628, 11628),
    ("dkds", "dkds/gt/annotations_testing-R.csv"): (12, 2203, 2203),
}


@pytest.mark.parametrize(("format", "place"), REAL)
def test_real_labels_are_read_without_a_complaint(real_data, format, place):
    if not (real_data / "textdet" / place).exists():
        pytest.fail(f"DOCBIN_TEST_DATA has no textdet/{place}")
    found = read_labels(real_data / "textdet" / place, format)
    counts = found.counts()
    assert found.problems == []
    assert (counts["pages"], counts["labels"], counts["care"]) == REAL[format, place]
