"""What TensorFlow and TensorBoard read in a folder of event files, as JSON."""

import glob
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf
from tensorboard.backend.event_processing import event_multiplexer

folder = sys.argv[1]
files = {}
for path in sorted(glob.glob(os.path.join(folder, "**", "*tfevents*"), recursive=True)):
    # Checks the length and the checksums of each record.
    records = [record.numpy() for record in tf.data.TFRecordDataset(path)]
    events = [tf.compat.v1.Event.FromString(record) for record in records]
    files[os.path.relpath(path, folder).replace(os.sep, "/")] = [
        {
            "wall_time": event.wall_time,
            "step": event.step,
            "file_version": event.file_version,
            "values": {value.tag: value.simple_value for value in event.summary.value},
        }
        for event in events
    ]
board = event_multiplexer.EventMultiplexer().AddRunsFromDirectory(folder)
board.Reload()
runs = {
    run: {tag: [[point.step, point.value] for point in board.Scalars(run, tag)] for tag in tags["scalars"]}
    for run, tags in board.Runs().items()
}
print(json.dumps({"files": files, "runs": runs}))
