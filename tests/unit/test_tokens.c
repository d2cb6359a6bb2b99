/* Words and lower case: what Python's re and str.lower make of the same text. */
#include "testing.h"

#include "models/tokens.h"

static recsys_runtime *runtime;

static int set_up(void **state)
{
    (void)state;
    return rs_runtime_make(&runtime, NULL, NULL) != RECSYS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    rs_runtime_release(runtime);
    return 0;
}

static void check_lower_bytes(const char *text, size_t size, const char *expected)
{
    rs_text lower;
    rs_text_begin(&lower, runtime);
    rs_lower(&lower, text, size);
    assert_false(lower.failed);
    assert_int_equal(lower.size, strlen(expected));
    if (lower.size > 0) assert_memory_equal(lower.data, expected, lower.size);
    rs_text_free(&lower);
}

static void check_lower(const char *text, const char *expected)
{
    check_lower_bytes(text, strlen(text), expected);
}

/* The words of `text` in lower case, joined by '|'. */
static void check_words(const char *text, const char *expected)
{
    rs_text lower, joined;
    const char *word;
    size_t size;
    rs_text_begin(&lower, runtime);
    rs_text_begin(&joined, runtime);
    rs_text_add(&joined, "");
    rs_text_add(&lower, "");
    rs_lower(&lower, text, strlen(text));
    const char *at = lower.data, *end = at + lower.size;
    while (rs_word_next(&at, end, &word, &size)) {
        rs_text_add(&joined, joined.size > 0 ? "|" : "");
        rs_text_add_bytes(&joined, word, size);
    }
    assert_string_equal(joined.data, expected);
    assert_ptr_equal(at, end);
    rs_text_free(&joined);
    rs_text_free(&lower);
}

static void lower_case(void **state)
{
    (void)state;
    check_lower("", "");
    check_lower("Toy STORY @[`{ 42", "toy story @[`{ 42");
    check_lower("ÀÖ×ØÞß÷ÿŸ", "àö×øþß÷ÿÿ");
    check_lower("ĀĶĹŇŊŶŹŽƁǄǅȺẞ", "āķĺňŋŷźžɓǆǆⱥß");
    check_lower("ΆΈΌΏΑΩΪ ЀЏАЯѠҀӀӁԮ", "άέόώαωϊ ѐџаяѡҁӏӂԯ");
    check_lower("ＡＺ Ա𐐀", "ａｚ ա𐐨");
    check_lower("İ", "i̇");
    check_lower("ΟΔΟΣ ΣΑΣ, Σ", "οδος σας, σ"); /* sigma at the end of a word */
    check_lower("日本語 हिन्दी 🎬", "日本語 हिन्दी 🎬");
    char longer[201], same[201];
    memset(longer, 'Q', 200);
    memset(same, 'q', 200);
    longer[200] = same[200] = '\0';
    check_lower(longer, same);
}

static void bytes_that_are_not_utf8(void **state)
{
    (void)state;
    check_lower("A\xff\xc3", "a\xff\xc3");
    check_lower("\xed\xa0\x80\xf0\x9f\x8e", "\xed\xa0\x80\xf0\x9f\x8e");
    check_lower_bytes("AB\xc3\x84", 3, "ab\xc3"); /* cut in the middle */
    check_words("ab\xff"
                "cd \xc3 ef",
                "ab|cd|ef");
}

static void words(void **state)
{
    (void)state;
    check_words("", "");
    check_words("a", "");
    check_words("Toy Story 2", "toy|story");
    check_words("rock'n'roll, don't!", "rock|roll|don");
    check_words("co_op __ _ 42 x2", "co_op|__|42|x2");
    check_words("É à École", "école"); /* two bytes are not two characters */
    check_words("l'été «œuvre»—naïve", "été|œuvre|naïve");
    check_words("日本語 語", "日本語");
    check_words("हिन्दी", ""); /* vowel signs are no word characters for Python */
    check_words("x² ½ ⅧⅨ ⓐⓑ", "x²|ⅷⅸ");
    check_words("a·b ab·cd 🎬film🎬", "ab|cd|film");
}

static void stop_words(void **state)
{
    (void)state;
    static const char *const no[] = {"",  "th",   "thee",   "toy",  "zoo",
                                     "a", "abou", "aboutt", "yours"};
    char line[4096];
    size_t count = 0;
    FILE *file = fopen("tests/oracle/fixtures/tfidf.txt", "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_string_equal(strtok(line, " \n"), "stop");
    for (char *word; (word = strtok(NULL, " \n")) != NULL; count++)
        if (!rs_is_stop_word(word, strlen(word))) fail_msg("%s is none", word);
    assert_true(count > 100);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (rs_is_stop_word(no[i], strlen(no[i]))) fail_msg("%s is one", no[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lower_case),
        cmocka_unit_test(bytes_that_are_not_utf8),
        cmocka_unit_test(words),
        cmocka_unit_test(stop_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
