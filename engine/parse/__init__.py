"""Documents to the tree: every name found, every value of its type, every problem with its place.

`parse_about` reads `rulebook.yaml`, `parse_edition` the policies in force on a date. A document that reaches this
package has the shape its schema asks for; here it gets a meaning.
"""

from engine.parse.edition import parse_edition
from engine.parse.headers import parse_about

__all__ = ["parse_about", "parse_edition"]
