"""A container that is changed under another name, by a helper or by a method holds what it holds under JAX."""

from flow_programs import check, jitted


def test_a_list_under_another_name_sees_the_change() -> None:
    check(
        jitted("a = [k, k]\nb = a\nb[0] = i\nl, s = a\nx[l:l + 2]  # traced\nx[s:s + 2]  # static")
    )


def test_a_traced_item_that_was_overwritten_under_another_name_is_static() -> None:
    check(jitted("a = [i, i]\nb = a\nb[0] = k\nx[a[0]:a[0] + 2]  # static"))


def test_a_list_that_a_helper_changes_is_no_longer_known() -> None:
    before = "def fix(items, k):\n    items[0] = k\n"
    check(jitted("a = [i, i]\nfix(a, k)\nx[a[0]:a[0] + 2]  # static", before=before))


def test_a_dict_that_a_helper_changes_is_no_longer_known() -> None:
    before = "def fix(table, k):\n    table.update(n=k)\n"
    check(jitted("d = dict(n=i)\nfix(d, k)\nx[d['n']:d['n'] + 2]  # static", before=before))


def test_an_item_of_a_nested_container_can_be_overwritten() -> None:
    check(jitted("d = {'l': [i, i]}\nd['l'][0] = k\nx[d['l'][0]:][:2]  # static"))


def test_augmented_assignment_changes_an_item() -> None:
    check(jitted("a = [k, k]\na[0] += i\nx[a[0]:a[0] + 2]  # traced\nx[a[1]:a[1] + 2]  # static"))


def test_pop_takes_the_last_item_away() -> None:
    check(
        jitted(
            "a = [k, i, k]\na.pop()\np, q = a.pop(), a.pop()\nx[p:p + 2]  # traced\nx[q:q + 2]  # static"
        )
    )


def test_insert_moves_the_items_behind() -> None:
    check(jitted("a = [i]\na.insert(0, k)\nx[a[1]:a[1] + 2]  # traced\nx[a[0]:a[0] + 2]  # static"))


def test_slice_assignment_replaces_items() -> None:
    check(jitted("a = [i, i, i]\na[1:] = [k, k]\nx[a[0]:][:2]  # traced\nx[a[1]:][:2]  # static"))


def test_merged_dicts_keep_the_later_value() -> None:
    check(
        jitted(
            "d = {'a': k, 'b': i} | {'a': i, 'b': k}\nx[d['a']:][:2]  # traced\nx[d['b']:][:2]  # static"
        )
    )
