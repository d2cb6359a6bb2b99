#!/bin/sh
# Ctrl-C: the program ends by the signal, which a shell shows as 130, and leaves no part of a
# file behind.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data

# Waiting for input that never comes: nothing has to be cleaned up, so it ends at once.
mkfifo "$tmp/pipe"
waiting()
{
    timeout --preserve-status -s INT 0.2 "$@" --quiet <>"$tmp/pipe"
}
mkdir "$tmp/folder"
status=0
waiting recsys-train --ratings - -o "$tmp/folder/model" 2>"$tmp/stderr" || status=$?
[ "$status" = 130 ] || fail "recsys-train: exit code $status after an interrupt"
[ "$(cat "$tmp/stderr")" = "recsys-train: interrupted" ] || fail "it does not say why it ended"
status=0
waiting recsys-eval --ratings - 2>"$tmp/stderr" || status=$?
[ "$status" = 130 ] || fail "recsys-eval: exit code $status after an interrupt"
status=0
waiting recsys-split --ratings - -o "$tmp/folder/split" 2>"$tmp/stderr" || status=$?
[ "$status" = 130 ] || fail "recsys-split: exit code $status after an interrupt"
[ -z "$(ls -A "$tmp/folder")" ] || fail "something was left behind"

# At any other moment: the file is there as a whole, or not at all.
train --quiet
tail -n 3 "$tmp/ratings.csv" | sed -e 's/^7/8/' -e '1i userId,movieId,rating,timestamp' >"$tmp/new.csv"
python3 - "$tmp" "$here/pinned.yaml" <<'END'
import os, signal, subprocess, sys, time
tmp, config = sys.argv[1:]
folder = os.path.join(tmp, "folder")
model = ["-q", "-o", f"{folder}/model"]
train = ["recsys-train", "-r", f"{tmp}/ratings.csv", "-m", f"{tmp}/movies.csv", "-c", config,
         "--save-ratings", f"{folder}/ratings"]
update = ["recsys-model", "update", f"{tmp}/model.recsys", "-r", f"{tmp}/new.csv"]
for command in train + model, update + model:
    ended = set()
    for step in range(24):
        run = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(0.001 * step)
        run.send_signal(signal.SIGINT)
        ended.add(run.wait())
        left = set(os.listdir(folder))
        assert left <= {"model", "ratings"}, left
        if "model" in left:
            subprocess.run(["recsys-model", "validate", f"{folder}/model"], check=True,
                           stdout=subprocess.DEVNULL)
        for name in left:
            os.remove(os.path.join(folder, name))
    assert ended <= {0, -signal.SIGINT}, ended
    assert -signal.SIGINT in ended, ended
END
