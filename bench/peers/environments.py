"""Virtual environments with the other libraries, at pinned versions."""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# group: (requirements, Pythons to try, oldest minor version that will do)
GROUPS = {
    "main": ("requirements.txt", ("python3.11", "python3.12", "python3.13", "python3"), 11),
    "surprise": ("requirements-surprise.txt", ("python3.11", "python3.12", "python3"), 9),
    "lenskit": ("requirements-lenskit.txt", ("python3.13", "python3.12", "python3"), 12),
    "metrics": ("requirements-metrics.txt", ("python3.11", "python3.12", "python3"), 11),
}
# Installed afterwards without what they ask for, most of which their metrics do not need.
BARE = {"metrics": ("recommenders==1.2.1", "recbole==1.2.1")}
GROUP_OF = {"similaripy": "main", "implicit": "main", "sklearn": "main",
            "surprise": "surprise", "lenskit": "lenskit"}


def find_python(names, minor):
    for name in names:
        path = shutil.which(name)
        if path is None:
            continue
        done = subprocess.run([path, "-c", "import sys; print(sys.version_info[1])"],
                              capture_output=True, text=True)
        if done.returncode == 0 and int(done.stdout) >= minor:
            return path
    return None


def make(folder, group, log):
    """Path of the group's Python, made on first use; None if that fails."""
    requirements, names, minor = GROUPS[group]
    python = os.path.join(folder, "bin", "python")
    mark = os.path.join(folder, "installed")
    if os.path.exists(mark):
        return python
    base = find_python(names, minor)
    if base is None:
        print(f"# {group}: no Python 3.{minor} or later was found", file=sys.stderr)
        return None
    print(f"# installing {requirements} into {folder}", file=sys.stderr)
    os.makedirs(os.path.dirname(log), exist_ok=True)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    commands = [[base, "-m", "venv", folder], [*pip, "-r", os.path.join(HERE, requirements)]]
    if group in BARE:
        commands.append([*pip, "--no-deps", *BARE[group]])
    with open(log, "w", encoding="utf-8") as out:
        for command in commands:
            if subprocess.run(command, stdout=out, stderr=out).returncode != 0:
                print(f"# {group}: cannot be installed, see {log}", file=sys.stderr)
                return None
    with open(mark, "w", encoding="ascii"):
        pass
    return python


class ByGroup:
    """Pythons by group; `given` names some that are there already: main=FOLDER,..."""

    def __init__(self, folder, given):
        self.folder, self.python = folder, {}
        for pair in filter(None, given.split(",")):
            group, path = pair.split("=", 1)
            self.python[group] = os.path.join(path, "bin", "python")

    def python_of(self, group):
        """None if it cannot be installed."""
        if group not in self.python:
            path = os.path.join(self.folder, group)
            self.python[group] = make(path, group, path + ".log")
        return self.python[group]


class Environments(ByGroup):
    """The same by library."""

    def of(self, library):
        return self.python_of(GROUP_OF[library])
