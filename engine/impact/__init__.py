"""What a change of rules does to a population, by counting: who moves, by how much, and what that leads to.

`counting.count` counts people whose records are given, `synthetic.count_synthetic` made-up ones; both give an
`result.Impact`, which holds nothing that may not be published.
"""
