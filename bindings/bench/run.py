"""run.py BUILD [rounds] [events]: the same calls in every language, in turns, and a table (see README.md)"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
build = Path(sys.argv[1]).resolve()
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
events = sys.argv[3] if len(sys.argv) > 3 else "100000"
env = {**os.environ, "CARTWHEEL_LIBRARY": str(build / "libcartwheel.so.1"), "CARTWHEEL_NODE": str(build / "cartwheel.node"),
       "PYTHONPATH": str(HERE.parent / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
cxx = str(build / "bindings_bench")
programs = {"C++": [cxx, "cxx"], "C": [cxx, "c"], "Python": [sys.executable, HERE / "bench.py"], "PHP": ["php", HERE / "bench.php"],
            "Node": ["node", HERE / "bench.js"]}
programs = {name: command for name, command in programs.items() if shutil.which(str(command[0]))}

told = {name: [] for name in programs}
with tempfile.TemporaryDirectory(prefix="cartwheel_bindings_") as scratch:
    subprocess.run([cxx, "input", f"{scratch}/input.ndjson", events], check=True)
    for _ in range(rounds):
        for name, command in programs.items():
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                said = subprocess.run([*command, f"{scratch}/input.ndjson", folder], env=env, check=True, stdout=subprocess.PIPE)
                told[name].append(json.loads(said.stdout))

figures = {name: {key: statistics.median(each[key] for each in runs) for key in runs[0]} for name, runs in told.items()}
base, c_call = figures["C++"], figures["C"]["call"]
print(f"{rounds} rounds of {events} events; microseconds, and in brackets how many times C++")
print(f"{'':8}{'load ms':>9}{'ingest/event':>18}{'objects/event':>18}{'call above C':>24}{'claim+settle':>18}{'memory MB':>11}")
for name, row in figures.items():
    def ratio(key, of):
        return f"{row[key]:.2f} ({row[key] / base[of]:.2f})" if key in row else ""
    call = f"{row['call']:.2f}" if name in ("C", "C++") else f"+{row['call'] - c_call:.2f}"
    if "later" in row:
        call += f", promise +{row['later'] - c_call:.1f} (a promise of Node's own: {row['pool']:.1f})"
    print(f"{name:8}{row['load'] if 'load' in row else 0:9.1f}{ratio('ingest', 'ingest'):>18}{ratio('objects', 'ingest'):>18}{call:>24}"
          f"{ratio('claim', 'claim'):>18}{row.get('memory', 0):11.1f}")
