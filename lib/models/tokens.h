/* Words of a text, as scikit-learn's TfidfVectorizer finds them by default: lower case, runs
 * of at least two word characters (Unicode letters, digits, numbers, '_'). */
#ifndef RS_MODELS_TOKENS_H
#define RS_MODELS_TOKENS_H

#include "base/text.h"

/* Append the lower case of text[size]; bytes that are not UTF-8 are kept. */
void rs_lower(rs_text *to, const char *text, size_t size);

/* The next word of lower-case text from *at to `end`: 1 and its place, or 0. */
int rs_word_next(const char **at, const char *end, const char **word, size_t *size);

/* 1 for English words that say nothing about a movie: "the", "of", "with". */
int rs_is_stop_word(const char *word, size_t size);

#endif
