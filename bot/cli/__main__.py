"""`python -m bot.cli`: the same commands where the console script is not on the PATH."""

from bot.cli import main

if __name__ == "__main__":
    main()
