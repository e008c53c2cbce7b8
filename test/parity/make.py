"""Makes real Keras networks with random weights, saves them in every format, and writes what they answer for pictures.

    python3 -m venv venv
    venv/bin/pip install -r test/parity/requirements.txt && venv/bin/pip install --no-deps tensorflowjs==4.22.0
    venv/bin/python test/parity/make.py networks OUT --pictures DIR [--only vgg16,resnet50]
    venv/bin/python test/parity/make.py weights OUT --pictures DIR --network vgg16
    venv/bin/python test/parity/make.py own OUT
    venv/bin/python test/parity/make.py fixtures test/fixtures/keras/parity

`networks` needs 4 GB for all of them; `weights` makes one file without the top, at the published size; `own` trains
a small network. OUT/parity.json says what there is.
"""

import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    networks = commands.add_parser("networks")
    networks.add_argument("out")
    networks.add_argument("--pictures", required=True)
    networks.add_argument("--only", help="names, with commas between them; all where it is left out")
    weights = commands.add_parser("weights")
    weights.add_argument("out")
    weights.add_argument("--pictures", required=True)
    weights.add_argument("--network", required=True)
    commands.add_parser("own").add_argument("out")
    commands.add_parser("fixtures").add_argument("out")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    # Imported late: TensorFlow takes seconds to load, --help need not.
    if arguments.command == "networks":
        from networks import make_networks

        only = arguments.only.split(",") if arguments.only else None
        report = make_networks(arguments.out, arguments.pictures, only)
    elif arguments.command == "weights":
        from networks import make_weights

        report = make_weights(arguments.out, arguments.pictures, arguments.network)
    elif arguments.command == "own":
        from own import make_own

        report = make_own(arguments.out)
    else:
        from fixtures import make_fixtures

        report = make_fixtures(arguments.out)
    with open(os.path.join(arguments.out, "parity.json"), "w") as file:
        json.dump(report, file, indent=1)
        file.write("\n")


main()
