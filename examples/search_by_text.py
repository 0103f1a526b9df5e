"""Find the pictures of a folder that show what a text says.

    python search_by_text.py FOLDER TEXT --models DIR [--catalogue DIR] [--page PAGE.html]

DIR holds a pair of networks that were trained together, such as CLIP exported as two files:
vision_model.onnx, text_model.onnx and tokenizer.json. It needs ``pip install 'imgmine[onnx]'``.
"""

import argparse
from pathlib import Path

import imgmine as im
from imgmine.features import Embedder, Recipe


def main():
    parser = argparse.ArgumentParser(description="Find the pictures that show what a text says.")
    parser.add_argument("folder", help="where the pictures are")
    parser.add_argument("text", help="what they should show")
    parser.add_argument("--models", type=Path, required=True, help="where the networks are")
    parser.add_argument("--catalogue", default="catalogue", help="where to keep the vectors")
    parser.add_argument("--page", help="a page to write, with the pictures found")
    options = parser.parse_args()

    names = "vision_model.onnx", "text_model.onnx", "tokenizer.json"
    pair = Embedder(*(options.models / name for name in names))
    with im.ImageIndex.open(options.catalogue, Recipe([pair], min_side=448)) as index:
        print(index.add(options.folder, prune=True))
        results = index.search(text=options.text, k=5)
    print(results)
    if options.page:
        results.to_html(options.page)


if __name__ == "__main__":
    main()
