#include "models/tokens.h"

#include <string.h>

#include "models/unicode_table.h"

enum { CAPITAL_I_DOT = 0x130, CAPITAL_SIGMA = 0x3a3, FINAL_SIGMA = 0x3c2 };

/* ---- characters ------------------------------------------------------------------ */

/* The character at p and its bytes; a byte that is not UTF-8 stands for U+FFFD. */
static uint32_t decode(const unsigned char *p, const unsigned char *end, size_t *length)
{
    *length = rs_utf8_length(p, end);
    switch (*length) {
    case 1: return p[0];
    case 2: return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3: return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
               (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
    default: *length = 1; return 0xfffd;
    }
}

static void encode(rs_text *to, uint32_t code)
{
    char out[4];
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(lead[size] | code);
    rs_text_add_bytes(to, out, size);
}

static int is_word_code(uint32_t code)
{
    size_t low = 0, high = sizeof word_ranges / sizeof *word_ranges;
    if (code < 0x80)
        return (code - '0' <= 9) || ((code | 32) - 'a' <= 25 && code >= 'A') || code == '_';
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > word_ranges[middle][1])
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof word_ranges / sizeof *word_ranges && code >= word_ranges[low][0];
}

static uint32_t lower_code(uint32_t code)
{
    size_t low = 0, high = sizeof lower_runs / sizeof *lower_runs;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > lower_runs[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == sizeof lower_runs / sizeof *lower_runs) return code;
    const struct lower_run *run = &lower_runs[low];
    if (code < run->first || (code - run->first) % run->stride != 0) return code;
    return (uint32_t)((int32_t)code + run->delta);
}

/* ---- lower case ------------------------------------------------------------------ */

/* A sigma that ends a word has a form of its own. */
static uint32_t lower_sigma(const unsigned char *after, const unsigned char *end, int in_word)
{
    size_t length;
    int goes_on = after < end && is_word_code(decode(after, end, &length));
    return in_word && !goes_on ? FINAL_SIGMA : CAPITAL_SIGMA + 32;
}

/* Append ASCII bytes from p on; returns where something else begins. */
static const unsigned char *lower_ascii(rs_text *to, const unsigned char *p,
                                        const unsigned char *end)
{
    char run[64];
    while (p < end && *p < 0x80) {
        size_t used = 0;
        for (; used < sizeof run && p < end && *p < 0x80; p++)
            run[used++] = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
        rs_text_add_bytes(to, run, used);
    }
    return p;
}

void rs_lower(rs_text *to, const char *text, size_t size)
{
    const unsigned char *start = (const unsigned char *)text, *p = start, *end = p + size;
    int in_word = 0; /* the character before p is part of a word */
    while ((p = lower_ascii(to, p, end)) < end) {
        size_t length;
        uint32_t code = decode(p, end, &length);
        if (p > start && p[-1] < 0x80) in_word = is_word_code(p[-1]);
        if (code == 0xfffd)
            rs_text_add_bytes(to, (const char *)p, length);
        else if (code == CAPITAL_I_DOT)
            rs_text_add(to, "i\xcc\x87"); /* i and a combining dot */
        else if (code == CAPITAL_SIGMA)
            encode(to, lower_sigma(p + length, end, in_word));
        else
            encode(to, lower_code(code));
        in_word = is_word_code(code);
        p += length;
    }
}

/* ---- words ----------------------------------------------------------------------- */

int rs_word_next(const char **at, const char *end, const char **word, size_t *size)
{
    const unsigned char *p = (const unsigned char *)*at, *stop = (const unsigned char *)end;
    size_t length;
    while (p < stop) {
        const unsigned char *from = p;
        size_t characters = 0;
        while (p < stop && is_word_code(decode(p, stop, &length))) {
            p += length;
            characters++;
        }
        if (characters >= 2) {
            *word = (const char *)from;
            *size = (size_t)(p - from);
            *at = (const char *)p;
            return 1;
        }
        if (p < stop) {
            (void)decode(p, stop, &length);
            p += length;
        }
    }
    *at = end;
    return 0;
}

/* Function words, and what almost every summary says of its movie. */
static const char *const stop_words[] = {
    "about", "after", "all",    "also",    "am",    "an",     "and",   "any",     "are",
    "as",    "at",    "be",     "because", "been",  "before", "being", "between", "both",
    "but",   "by",    "can",    "could",   "did",   "do",     "does",  "during",  "each",
    "for",   "from",  "had",    "has",     "have",  "he",     "her",   "hers",    "him",
    "his",   "how",   "if",     "in",      "into",  "is",     "it",    "its",     "itself",
    "just",  "me",    "more",   "most",    "my",    "no",     "nor",   "not",     "of",
    "on",    "once",  "only",   "or",      "other", "our",    "out",   "over",    "own",
    "same",  "she",   "should", "so",      "some",  "such",   "than",  "that",    "the",
    "their", "them",  "then",   "there",   "these", "they",   "this",  "those",   "through",
    "to",    "too",   "under",  "until",   "up",    "very",   "was",   "we",      "were",
    "what",  "when",  "where",  "which",   "while", "who",    "whom",  "whose",   "why",
    "will",  "with",  "would",  "you",     "your"};

int rs_is_stop_word(const char *word, size_t size)
{
    size_t low = 0, high = sizeof stop_words / sizeof *stop_words;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strncmp(stop_words[middle], word, size);
        if (order == 0 && stop_words[middle][size] == '\0') return 1;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}
