import argparse


def getResolvedOptions(args, options):
    """The named arguments of `args` (with the program's name first) as a dict; all are required, others passed over.

    Source: AWS Glue developer guide, "Accessing parameters using getResolvedOptions".
    """
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for option in options:
        parser.add_argument(f"--{option}", required=True, dest=option)
    return vars(parser.parse_known_args(args[1:])[0])
