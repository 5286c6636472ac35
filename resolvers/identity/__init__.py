"""Who people are outside: accounts, licences, and deciding whether somebody is a physician. Ratings know none of it."""
