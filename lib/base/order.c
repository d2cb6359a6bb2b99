#include "base/order.h"

/* ---- integers: radix ------------------------------------------------------------- */

static void scatter(const rs_keyed *from, rs_keyed *to, size_t count, int shift,
                    size_t start[256])
{
    for (size_t i = 0; i < count; i++) to[start[(from[i].key >> shift) & 255]++] = from[i];
}

/* Quicker than counting bytes where there are few. */
static void insert_each(rs_keyed *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        rs_keyed moved = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].key > moved.key; at--) items[at] = items[at - 1];
        items[at] = moved;
    }
}

void rs_sort_keyed(rs_keyed *items, rs_keyed *scratch, size_t count)
{
    enum { FEW = 32 };
    if (count <= FEW) {
        insert_each(items, count);
        return;
    }
    rs_keyed *from = items, *to = scratch;
    for (int shift = 0; shift < 64; shift += 8) {
        size_t start[256] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++) start[(from[i].key >> shift) & 255]++;
        if (start[(from[0].key >> shift) & 255] == count) continue;
        for (int b = 0; b < 256; b++) {
            size_t here = start[b];
            start[b] = sum;
            sum += here;
        }
        scatter(from, to, count, shift, start);
        rs_keyed *other = from;
        from = to;
        to = other;
    }
    if (from != items) memcpy(items, from, count * sizeof *items);
}

/* ---- texts: merge ---------------------------------------------------------------- */

rs_text_ref rs_text_ref_of(const char *data, size_t size, size_t number)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < size ? (unsigned char)data[i] : 0u);
    return (rs_text_ref){prefix, data, (uint32_t)size, (uint32_t)number};
}

int rs_text_ref_compare(const rs_text_ref *a, const rs_text_ref *b)
{
    if (a->prefix != b->prefix) return a->prefix < b->prefix ? -1 : 1;
    size_t common = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->data, b->data, common);
    if (order != 0) return order;
    return a->size == b->size ? 0 : a->size < b->size ? -1 : 1;
}

static void merge_runs(const rs_text_ref *from, rs_text_ref *to, size_t begin, size_t middle,
                       size_t end)
{
    size_t a = begin, b = middle;
    for (size_t i = begin; i < end; i++) {
        int left = a < middle && (b >= end || rs_text_ref_compare(&from[a], &from[b]) <= 0);
        to[i] = left ? from[a++] : from[b++];
    }
}

void rs_sort_texts(rs_text_ref *items, rs_text_ref *scratch, size_t count)
{
    rs_text_ref *from = items, *to = scratch;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = count - begin > width ? begin + width : count;
            size_t end = count - middle > width ? middle + width : count;
            merge_runs(from, to, begin, middle, end);
        }
        rs_text_ref *other = from;
        from = to;
        to = other;
    }
    if (from != items) memcpy(items, from, count * sizeof *items);
}
