"""The effect of a change of the law: what differs, which conclusions it can reach, and for whom."""
