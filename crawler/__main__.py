"""`python -m crawler` is `techwire`."""

from crawler.cli.main import main

if __name__ == "__main__":
    main()
