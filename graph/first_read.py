"""What a server reads before anybody asks, because a process takes longer for whatever it does for the first time."""

FIRST_READ = """
query FirstRead {
  drugs(first: 1) {
    edges {
      node {
        name
        score { ...numbers }
        treatments(first: 1) { edges { node { indication { name } score { ...numbers } } } }
      }
    }
  }
}
fragment numbers on Score {
  ratingCount
  overall { value lower upper }
  criteria { criterion estimate { value lower upper } }
}
"""
"""Names and scores: the way of most reads, through the document's plan, the pages, the estimates and the prior, whose
numbers take longest."""
