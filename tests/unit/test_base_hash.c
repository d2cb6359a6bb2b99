/* The hashes of lib/base/hash.c: SHA-256 by FIPS 180-4, the 64-bit hash by its own promises. */
#include "testing.h"

#include "base/hash.h"
#include "base/sha256.h"

static void sha256_hex_of(const void *data, size_t size, size_t step, char text[65])
{
    rs_sha256 sha;
    unsigned char digest[32];
    rs_sha256_begin(&sha);
    for (size_t at = 0; at < size; at += step)
        rs_sha256_add(&sha, (const char *)data + at, size - at < step ? size - at : step);
    rs_sha256_end(&sha, digest);
    rs_sha256_hex(digest, text);
}

/* Vectors of FIPS 180-4 and of NIST's byte-oriented short messages. */
static void sha256_gives_the_standard_digests(void **state)
{
    (void)state;
    static const struct {
        const char *message, *digest;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmno"
         "pqrlmnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"}};
    char text[65];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t step = 1; step <= 128; step++) {
            sha256_hex_of(rows[i].message, strlen(rows[i].message), step, text);
            assert_string_equal(text, rows[i].digest);
        }
}

/* Plain C and the processor's own instructions, block by block and many at once. */
static void both_ways_of_sha256_agree(void **state)
{
    (void)state;
    enum { BLOCKS = 40 };
    unsigned char data[BLOCKS * 64];
    uint32_t plain[8] = {1, 2, 3, 4, 5, 6, 7, 0x80000000}, own[8], each[8];
    uint64_t seed = 5;
    if (!rs_sha256_x86_works()) skip();
    for (size_t i = 0; i < sizeof data; i++) data[i] = (unsigned char)test_random(&seed);
    memcpy(own, plain, sizeof own);
    memcpy(each, plain, sizeof each);
    rs_sha256_blocks(plain, data, BLOCKS);
    rs_sha256_blocks_x86(own, data, BLOCKS);
    for (size_t i = 0; i < BLOCKS; i++) rs_sha256_blocks_x86(each, data + 64 * i, 1);
    assert_memory_equal(own, plain, sizeof own);
    assert_memory_equal(each, plain, sizeof each);
}

static void sha256_of_a_million_letters(void **state)
{
    (void)state;
    char *letters = malloc(1000000), text[65];
    assert_non_null(letters);
    memset(letters, 'a', 1000000);
    static const size_t steps[] = {1000000, 63, 64, 65, 4096};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        sha256_hex_of(letters, 1000000, steps[i], text);
        assert_string_equal(text,
                            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
    free(letters);
}

/* Every length around the block and padding edges: cut in two anywhere, the same digest. */
static void sha256_does_not_depend_on_the_pieces(void **state)
{
    (void)state;
    unsigned char data[200];
    uint64_t seed = 3;
    for (size_t i = 0; i < sizeof data; i++) data[i] = (unsigned char)test_random(&seed);
    for (size_t size = 0; size <= sizeof data; size++) {
        rs_sha256 whole;
        unsigned char wanted[32], digest[32];
        rs_sha256_begin(&whole);
        rs_sha256_add(&whole, data, size);
        rs_sha256_end(&whole, wanted);
        for (size_t cut = 0; cut <= size; cut++) {
            rs_sha256 parts;
            rs_sha256_begin(&parts);
            rs_sha256_add(&parts, data, cut);
            rs_sha256_add(&parts, data + cut, size - cut);
            rs_sha256_end(&parts, digest);
            assert_memory_equal(digest, wanted, 32);
        }
    }
}

/* Pinned: splits and samples of every release depend on these values. */
static void hash64_never_changes(void **state)
{
    (void)state;
    assert_true(rs_hash64("", 0, 0) == UINT64_C(0x48218226ff3cd4bf));
    assert_true(rs_hash64("a", 1, 0) == UINT64_C(0x80bdfd4d3e359a26));
    assert_true(rs_hash64("recommend", 9, 1) == UINT64_C(0x502c71f8585b26eb));
    assert_true(rs_hash64("0123456789abcdef", 16, 42) == UINT64_C(0xcf36260217a32fe5));
    assert_true(rs_mix64(1) == UINT64_C(0x5692161d100b05e5));
}

static void hash64_spreads(void **state)
{
    (void)state;
    enum { BUCKETS = 64, KEYS = 64000 };
    size_t bucket[BUCKETS] = {0};
    for (uint64_t key = 0; key < KEYS; key++)
        bucket[rs_hash64(&key, sizeof key, 7) % BUCKETS]++;
    for (size_t i = 0; i < BUCKETS; i++) /* mean 1000, deviation 31.4: five of them */
        assert_in_range(bucket[i], 843, 1157);
    assert_true(rs_hash64("ab", 2, 0) != rs_hash64("ab", 2, 1));
    assert_true(rs_hash64("a\0", 2, 0) != rs_hash64("a", 1, 0));
}

/* Flipping one bit of the input flips about half the bits of the hash. */
static void hash64_mixes_each_bit(void **state)
{
    (void)state;
    unsigned char data[19];
    uint64_t seed = 5;
    for (size_t bit = 0; bit < 8 * sizeof data; bit++) {
        size_t flipped = 0;
        for (int i = 0; i < 64; i++) {
            for (size_t k = 0; k < sizeof data; k++)
                data[k] = (unsigned char)test_random(&seed);
            uint64_t before = rs_hash64(data, sizeof data, 0);
            data[bit / 8] ^= (unsigned char)(1u << bit % 8);
            flipped += (size_t)__builtin_popcountll(before ^ rs_hash64(data, sizeof data, 0));
        }
        assert_in_range(flipped, 64 * 32 - 200, 64 * 32 + 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_standard_digests),
        cmocka_unit_test(both_ways_of_sha256_agree),
        cmocka_unit_test(sha256_of_a_million_letters),
        cmocka_unit_test(sha256_does_not_depend_on_the_pieces),
        cmocka_unit_test(hash64_never_changes),
        cmocka_unit_test(hash64_spreads),
        cmocka_unit_test(hash64_mixes_each_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
