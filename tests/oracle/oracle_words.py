"""Two things that the oracle takes as given: the stop words and the hash that draws samples."""

STOP_WORDS = frozenset("""
about after all also am an and any are as at be because been before being between both but by
can could did do does during each for from had has have he her hers him his how if in into is it
its itself just me more most my no nor not of on once only or other our out over own same she
should so some such than that the their them then there these they this those through to too
under until up very was we were what when where which while who whom whose why will with would
you your
""".split())

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix64(x):
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def hash64(text, seed):
    data = text.encode()
    h = mix64((seed + GOLDEN + len(data)) & MASK)
    for at in range(0, len(data), 8):
        h = mix64(h ^ int.from_bytes(data[at:at + 8], "little")) + GOLDEN & MASK
    return mix64(h)
