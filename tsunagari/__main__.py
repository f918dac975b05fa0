"""`python -m tsunagari`: the same as the `tsunagari` command."""

from tsunagari.cli import main

if __name__ == "__main__":
    main()
