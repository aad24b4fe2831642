"""Prints what TensorBoard reads in a folder of event files, as JSON."""
import collections
import glob
import json
import sys

from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

folder = sys.argv[1]
records = 0
points = collections.Counter()
series = collections.defaultdict(list)
plugins = {}
for file in sorted(glob.glob(folder + "/events.out.tfevents.*")):
    for event in EventFileLoader(file).Load():
        records += 1
        for value in event.summary.value:
            points[event.step, value.tag] += 1
            if value.metadata.plugin_data.plugin_name:
                plugins[value.tag] = value.metadata.plugin_data.plugin_name
            array = tensor_util.make_ndarray(value.tensor)
            numbers = [str(item, "latin-1") for item in array] if array.dtype == object else array.tolist()
            series[value.tag].append([event.step, numbers])
accumulator = EventAccumulator(folder, size_guidance={"tensors": 0})
accumulator.Reload()
print(json.dumps({
    "records": records,
    "duplicates": [list(point) for point, count in points.items() if count > 1],
    "series": series,
    "plugins": plugins,
    "scalars": {
        tag: [[event.step, tensor_util.make_ndarray(event.tensor_proto).item()] for event in accumulator.Tensors(tag)]
        for tag in accumulator.Tags()["tensors"]
        if plugins[tag] == "scalars"
    },
}))
