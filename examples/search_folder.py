"""Find the pictures of a folder that are most like another one.

    python search_folder.py FOLDER QUERY [--catalogue DIR] [--page PAGE.html]

The first run describes the folder's pictures; later ones only what has changed.
"""

import argparse

import imgmine as im


def main():
    parser = argparse.ArgumentParser(description="Find the pictures most like another one.")
    parser.add_argument("folder", help="where the pictures are")
    parser.add_argument("query", help="a picture")
    parser.add_argument("--catalogue", default="catalogue", help="where to keep their vectors")
    parser.add_argument("--page", help="a page to write, with the pictures found")
    options = parser.parse_args()

    with im.ImageIndex.open(options.catalogue, mode="a") as index:
        print(index.add(options.folder, labels="folder", prune=True))
        results = index.search(options.query, k=5)
    print(results)
    if options.page:
        results.to_html(options.page)


if __name__ == "__main__":
    main()
