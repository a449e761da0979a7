"""`python -m jaxslice_lint`."""

from jaxslice_lint.cli import main

if __name__ == "__main__":
    main()
