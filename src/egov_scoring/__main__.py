"""`python -m egov_scoring` is the command line."""

from egov_scoring.cli import main

if __name__ == "__main__":
    main()
