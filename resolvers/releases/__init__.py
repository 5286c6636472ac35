"""Released ratings: what those see scores of who are no verified physicians.

Their scores change in steps. Within a treatment, that is a drug for an indication, what has changed since the last step
is released in groups, and each group changes everybody's cell, and one cell of some of the other kinds, by one and the
same sum. So whatever is shown, before and after, is a sum of what groups have brought.

Three words are used throughout:

- a *change* is a rating whose levels are not those that were released of it: it is new, was revised, or is gone, that
  is withdrawn, excluded or erased;
- the *labels* of a released rating are the specialty, country, experience band and month whose cells count it; without
  a label it is counted by everybody's cell only;
- the *class* of some labels is all released ratings of a treatment that have exactly these labels.

A group is some changes of one treatment that have the same labels after it, and had them before it as far as they were
released. It has at least eleven *arrivals*: ratings that are new or revised, hence of eleven different physicians.

Why nothing finer than eleven physicians can be reckoned from all that was ever shown: call the sum of a group's new
versions without its old versions the group's form. As all changes of a group have the same labels before and after it,
each cell changes by the whole form or not at all, and every count that is shown is a sum of forms. Take any combination
of them that is not zero, and in it the latest group whose form has a factor other than zero. The versions that arrive
with this group were in no group before, and take part in a later one only with a factor of zero. So they all keep that
factor, and they are those of at least eleven physicians.

Two more steps leave this as it is, for they show nothing but sums of whole forms: a class may lose some of its labels,
all of it at once, and a class of which all ratings are gone may go, all of it at once.
"""
